import type { CreateApplicationDto } from '@passbeam/protocol';
import type { IconName } from '../../../parts/icons.tsx';

export const kinds = ['site', 'phone', 'page', 'service'] as const;
export type Kind = (typeof kinds)[number];
export const isKind = (text: string | undefined): text is Kind => kinds.includes(text as Kind);

export const signOf: Record<Kind, IconName> = { site: 'website', phone: 'phone', page: 'page', service: 'service' };

/** What the answers of the wizard become. */
export function applicationOf(
  kind: Exclude<Kind, 'service'>,
  { name, domain, origins }: { name: string; domain: string; origins: string[] },
): CreateApplicationDto {
  const method = kind === 'site' ? 'client_secret_post' : 'none';
  return {
    appName: name,
    appType: kind === 'site' ? 'web' : kind === 'phone' ? 'native' : 'spa',
    oidcConfig: { token_endpoint_auth_method: method },
    approvesScans: kind === 'phone',
    ...(domain !== '' && { domain }),
    // Pages of other origins are refused, so an application without any of its own takes those of the pool.
    ...(origins.length > 0 && { customSecurityEnabled: true, securityOverride: { allowedOrigins: origins } }),
  };
}

export const linesOf = (text: string) => [...new Set(text.split(/[\s,]+/).filter((line) => line !== ''))];
