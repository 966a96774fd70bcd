{{/* Kubernetes allows names of 63 characters, suffixes such as -metrics included. */}}
{{- define "passbeam.fullname" -}}
{{- default (printf "%s-%s" .Release.Name (default .Chart.Name .Values.nameOverride)) .Values.fullnameOverride | trunc 54 | trimSuffix "-" -}}
{{- end -}}

{{- define "passbeam.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "passbeam.labels" -}}
{{ include "passbeam.selectorLabels" . }}
app.kubernetes.io/part-of: passbeam
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "passbeam.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "passbeam.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "passbeam.secretName" -}}
{{- if .Values.secrets.externalSecret.enabled -}}
{{- include "passbeam.fullname" . -}}
{{- else -}}
{{- required "secrets.existingSecret is empty: name a Secret with SECRET_KEY, DATABASE_URL and REDIS_URL" .Values.secrets.existingSecret -}}
{{- end -}}
{{- end -}}

{{- define "passbeam.resources" -}}
{{- $resources := deepCopy .Values.resources -}}
{{- if and .Values.autoscaling.enabled .Values.autoscaling.cpuRequest -}}
{{- $resources = mergeOverwrite $resources (dict "requests" (dict "cpu" .Values.autoscaling.cpuRequest)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
