import { type Reason, UserDto } from '@passbeam/protocol';
import type { AuditEvent } from '../../audit/event.ts';
import { DomainError } from '../../ground/errors.ts';
import { isStorableText } from './custom-data.ts';

export const customFieldTypes = ['STRING', 'NUMBER', 'DATETIME', 'BOOLEAN', 'OBJECT', 'SELECT'] as const;
export type CustomFieldType = (typeof customFieldTypes)[number];

/** A declared field that a pool keeps about its people beside the profile. From a QR session, only declared fields are taken. */
export interface CustomField {
  userPoolId: string;
  key: string;
  label: string;
  dataType: CustomFieldType;
  options: string[];
  createdAt: number;
  updatedAt: number;
}

export type NewCustomField = Pick<CustomField, 'key' | 'label' | 'dataType'> & { options?: string[] };

export interface CustomFieldStore {
  list(userPoolId: string): Promise<CustomField[]>;
  /** Inserts, or replaces the one with the same pool and key; `createdAt` stays. All of them or none. */
  put(fields: readonly CustomField[], event: AuditEvent): Promise<void>;
  /** Forgets declarations and returns how many; the values that people have under these keys stay. */
  remove(userPoolId: string, keys: readonly string[], event: AuditEvent): Promise<number>;
}

export const maxCustomFields = 100;
const keyShape = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const maxLabelUnits = 128;
const maxOptions = 100;
const maxOptionUnits = 256;

/** Words that an application may read as authority, or as the person's identity, wherever it finds them (threats T24). */
const authorityWords = [
  'id',
  'sub',
  'userpoolid',
  'pool',
  'role',
  'roles',
  'group',
  'groups',
  'permission',
  'permissions',
  'scope',
  'scopes',
  'admin',
  'isadmin',
  'issuperadmin',
  'superuser',
  'blocked',
  'isdeleted',
  'password',
  'passwordhash',
  'secret',
  'token',
  'mfa',
  'phonenumber',
  'emailaddress',
  'customdata',
  'proto',
  'constructor',
  'prototype',
];
const protectedKeys = new Set([...Object.keys(UserDto.properties).map(plainWord), ...authorityWords]);

/** Prototype keys, identifiers, profile fields, roles and security flags are nobody's to declare, in whatever spelling. */
export function isProtectedKey(key: string): boolean {
  return protectedKeys.has(plainWord(key));
}

function plainWord(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, '');
}

/** What is wrong with a declaration, and with which of its fields; null when nothing is. */
export function customFieldMistake(field: NewCustomField): { field: keyof NewCustomField; reason: Reason } | null {
  const { key, label, dataType, options = [] } = field;
  if (!keyShape.test(key)) return { field: 'key', reason: 'notFieldKey' };
  if (isProtectedKey(key)) return { field: 'key', reason: ['fieldReserved', key] };
  if (label.length === 0 || label.length > maxLabelUnits || !isStorableText(label)) {
    return { field: 'label', reason: ['notCharactersTo', maxLabelUnits] };
  }
  if (dataType === 'SELECT' && options.length === 0) return { field: 'options', reason: 'optionsMissing' };
  if (dataType !== 'SELECT' && options.length > 0) return { field: 'options', reason: 'optionsWithoutUse' };
  if (options.length > maxOptions) return { field: 'options', reason: ['tooMany', maxOptions] };
  if (new Set(options).size < options.length) return { field: 'options', reason: 'notDifferent' };
  if (options.some((text) => text.length === 0 || text.length > maxOptionUnits || !isStorableText(text))) {
    return { field: 'options', reason: ['notEachCharactersTo', maxOptionUnits] };
  }
  return null;
}

/** @throws DomainError invalid_argument, with the field named as in `NewCustomField` */
export function newCustomField(field: NewCustomField, userPoolId: string, now: number): CustomField {
  const mistake = customFieldMistake(field);
  if (mistake !== null) throw new DomainError('invalid_argument', mistake);
  const { key, label, dataType, options = [] } = field;
  return { userPoolId, key, label, dataType, options: [...options], createdAt: now, updatedAt: now };
}

export function fitsCustomField(field: Pick<CustomField, 'dataType' | 'options'>, value: unknown): boolean {
  switch (field.dataType) {
    case 'STRING':
      return typeof value === 'string';
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value);
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'DATETIME':
      return typeof value === 'string' && isoInstant.test(value) && !Number.isNaN(Date.parse(value));
    case 'OBJECT':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'SELECT':
      return typeof value === 'string' && field.options.includes(value);
  }
}

const zonelessInstant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)$/;

/** The epoch milliseconds that a text names, in UTC without a zone, as official v2 clients mean it; null for no date. */
export function momentOf(text: string): number | null {
  const iso = text.replace(zonelessInstant, '$1T$2Z');
  const at = isoInstant.test(iso) ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** A day, or an instant with its zone: anything looser would mean another moment on another server. */
export const isoInstant = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
