/** Public face of the consent banner. The script sets `window.imprimatur`; see docs/contracts/consents.md. */

export type Action = "agree" | "refuse" | "preferences" | "withdraw" | "gpc" | "import";

/** Every purpose that the notice offers, by id: given or not. */
export type Purposes = Readonly<Record<string, boolean>>;

/** "sync": the choice was made, or recorded, elsewhere (another tab). */
export type ChangeListener = (purposes: Purposes, action: Action | "sync") => void;

export interface Imprimatur {
  /** Show the question; where the reader has answered, their own choice with its date and receipt. */
  show(): Promise<void>;
  /** Show the choice per purpose. */
  preferences(): Promise<void>;
  /** Agree to every purpose. Counts only within a reader's own act (click, key); otherwise it shows the question. */
  accept(): Promise<void>;
  /** Refuse every optional purpose; within a reader's own act, as `accept`. */
  refuse(): Promise<void>;
  /** Decide per purpose: what is not named is refused. Within a reader's own act, as `accept`. */
  save(purposes: Purposes): Promise<void>;
  /** Withdraw every consent given. */
  withdraw(): Promise<void>;
  /**
   * Whether this purpose may be pursued, by this vendor where one is named: the reader's standing choice gives it, it is
   * required, or the law lets it run until the reader objects.
   */
  has(purpose: string, vendor?: string): boolean;
  /**
   * The reader's standing choice. `vendors` are those decided on against their purposes, `gpc` says that it was made with
   * Global Privacy Control on, `record` is missing until the service has acknowledged it.
   */
  choice():
    | Readonly<{ notice: string; at: number; purposes: Purposes; vendors?: Purposes; gpc?: boolean; record?: string }>
    | undefined;
  /**
   * Record what the reader told another tool, at the time it says (RFC 3339), before the question is asked. It is marked
   * as an import for ever. With `stands` it counts as the reader's choice, and they are not asked; nothing happens
   * where they have chosen here.
   */
  adopt(given: Purposes, at: string, stands?: boolean): void;
  /** Call back after every choice. Returns a function that ends it. */
  onChange(listener: ChangeListener): () => void;
  /** The address of the receipt of the standing choice; null until the service has acknowledged it. */
  receipt(): string | null;
  /** Run now. Before the script has arrived, `(window.imprimatur ||= []).push(task)` runs it on arrival. */
  push(task: (api: Imprimatur) => void): void;
}

declare global {
  interface Window {
    imprimatur: Imprimatur;
  }
  interface DocumentEventMap {
    /** The script knows whether the reader has chosen. */
    "consent:ready": CustomEvent<Imprimatur>;
    /** A choice is about to be kept and sent; what is added to it goes along, if the service knows the field. */
    "consent:choice": CustomEvent<{ action: Action; purposes?: Purposes; vendors?: Readonly<Record<string, boolean>> }>;
    /** A choice applies, before the service has answered. */
    "consent:change": CustomEvent<{ action: Action | "sync"; purposes: Purposes }>;
    /** The service has the choice on disk. */
    "consent:recorded": CustomEvent<{ record: string; receipt: string }>;
    /** A layer is on the screen. */
    "consent:show": CustomEvent<{ layer: "banner" | "preferences" }>;
    /** A layer has left the screen. */
    "consent:hide": CustomEvent<{ layer: "banner" | "preferences" }>;
    /** The service refused the choice (RFC 9457 problem). */
    "consent:refused": CustomEvent<{ type: string; title: string; status: number; detail: string }>;
  }
}
