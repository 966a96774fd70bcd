import type { Reason } from '@passbeam/protocol';
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { DomainError } from '../../../core/ground/errors.ts';
import { schema } from './schema/schema.ts';

/** The most tokens of a document; official ones have about 120. Longer ones cost more to check than to run. */
const maxTokens = 250;
/** The deepest nesting. Official documents nest four selections; fragments could pile up more before the schema ends them. */
const maxDepth = 8;
const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** One operation with one root field, so that no request makes many guesses. @throws DomainError invalid_argument, not_implemented */
export function readDocument(query: string): DocumentNode {
  const document = parsed(query);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) refuse('notOneOperation');
  requireServedField(operation);
  if (document.definitions.some((definition) => depthOf(definition) > maxDepth)) {
    refuse(['selectionsTooDeep', maxDepth]);
  }
  const [violation] = validate(schema, document, rules, { maxErrors: 1, hideSuggestions: true });
  if (violation) refuse(['againstSchemaAt', placeOf(violation)]);
  visit(document, {
    StringValue({ value }) {
      // A NUL that is escaped inside the document passes the check of the body (threats T32).
      if (value.includes('\0')) refuse('holdsNul');
    },
  });
  return document;
}

/** The operation that a document of `readDocument` asks for. */
export function rootField(document: DocumentNode): string {
  const [field] = getOperationAST(document)?.selectionSet.selections ?? [];
  return field?.kind === Kind.FIELD ? field.name.value : '';
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens, noLocation: false });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refuse(['unreadableAt', placeOf(error)]);
  }
}

/** Refuses published operations that this server does not serve by their name, instead of calling the document malformed. */
function requireServedField({ operation, selectionSet }: OperationDefinitionNode): void {
  const [field] = selectionSet.selections;
  if (selectionSet.selections.length !== 1 || field?.kind !== Kind.FIELD) refuse('notOneField');
  const name = field.name.value;
  const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: null }[operation];
  if (name.startsWith('__')) throw new DomainError('not_implemented', { field: name, reason: 'introspectionOff' });
  if (!root?.getFields()[name]) throw new DomainError('not_implemented', { field: `${operation} ${name}` });
}

function depthOf(node: { selectionSet?: OperationDefinitionNode['selectionSet'] } | object): number {
  const selections = 'selectionSet' in node ? (node.selectionSet?.selections ?? []) : [];
  return selections.length === 0 ? 0 : 1 + Math.max(...selections.map(depthOf));
}

/** The position of an error and never its text: a document may hold a password. */
function placeOf(error: GraphQLError): string {
  const [place] = error.locations ?? [];
  return place ? `line ${place.line}, column ${place.column}` : 'its beginning';
}

function refuse(reason: Reason): never {
  throw new DomainError('invalid_argument', { field: 'query', reason });
}
