import type { BerAction, BerGrammar } from './ber-decoder.ts';

/** Universal tags of X.690, with the constructed bit where the type is constructed. */
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const BOOLEAN = 0x01;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;

/** Tag byte of context-specific class: `[number]`. */
export function contextTag(number: number, constructed = true): number {
  return 0x80 | number | (constructed ? 0x20 : 0);
}

/** The constructors of one grammar's nodes, bound to the type of its context. */
export function grammarOf<Context>() {
  type Grammar = BerGrammar<Context>;
  type Action = BerAction<Context>;
  const acting = <Node extends Grammar>(node: Node, action?: Action): Node => (action ? { ...node, action } : node);
  return {
    /** ANY */
    any: (action?: Action): Grammar => acting({ kind: 'any' }, action),
    primitive: (tag: number, action?: Action): Grammar => acting({ kind: 'primitive', tag }, action),
    /** SEQUENCE { … }, or an explicit tag around its members. */
    sequence: (tag: number, members: Grammar[], action?: Action): Grammar =>
      acting({ kind: 'sequence', tag, members }, action),
    /** SEQUENCE OF, SET OF: one member or more. */
    repeat: (tag: number, member: Grammar, action?: Action): Grammar => acting({ kind: 'repeat', tag, member }, action),
    choice: (...alternatives: Grammar[]): Grammar => ({ kind: 'choice', alternatives }),
    optional: (node: Grammar): Grammar => ({ ...node, optional: true }),
    acting,
  };
}
