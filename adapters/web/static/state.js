// What is known of this canvas? Turns and versions as Easel sent them; what changes is told to whoever listens.

export const OPEN = new Set(["queued", "held", "drawing", "drawn"]);
const ENDED_BADLY = new Set(["refused", "failed", "interrupted", "held"]);

export class Canvas {
  constructor() {
    this.turns = new Map();
    this.versions = new Map();
    this.previews = new Map();
    this.head = null;
    this.mode = "drawing";
    this.title = "";
  }

  open(found) {
    this.title = found.title;
    this.head = found.head;
    this.mode = found.mode;
    for (const version of found.versions) this.versions.set(version.number, version);
    const all = [...found.turns, ...found.controls].sort((one, other) => one.order - other.order);
    for (const turn of all) this.turns.set(turn.id, turn);
  }

  // Note a changed turn; a deleted one goes with its versions.
  take(turn) {
    if (turn.head !== undefined) this.head = turn.head;
    if (turn.mode !== undefined) this.mode = turn.mode;
    if (turn.gone) {
      this.turns.delete(turn.id);
      this.previews.delete(turn.id);
      for (const [number, version] of this.versions) if (version.turn === turn.id) this.versions.delete(number);
      return;
    }
    this.turns.set(turn.id, turn);
    for (const image of turn.card.images) {
      if (turn.kind === "wish") this.versions.set(image.number, { ...image, color: image.color ?? this.versions.get(image.number)?.color });
    }
    if (turn.state !== "drawing") this.previews.delete(turn.id);
  }

  turnOf(number) {
    return this.turns.get(this.versions.get(number)?.turn);
  }

  // The turn whose card shows this version with others, else its own.
  cardOf(number) {
    const turn = this.turnOf(number);
    return this.turns.get(turn?.gathering) ?? turn;
  }

  get prompts() {
    return [...this.turns.values()].filter((turn) => turn.kind === "wish" && !turn.hidden);
  }

  get newest() {
    return [...this.versions.keys()].at(-1);
  }

  // What somebody who looks at nothing of their own choice should see.
  live() {
    const prompts = this.prompts;
    const drawing = prompts.find((turn) => turn.state === "drawing") ?? prompts.find((turn) => turn.state === "queued");
    if (drawing) return { turn: drawing.id };
    const last = prompts.at(-1);
    if (last && (ENDED_BADLY.has(last.state) || asks(last) || several(last))) return { turn: last.id };
    const list = last ? null : [...this.turns.values()].findLast(isList);
    if (list) return { turn: list.id };
    const poll = [...this.turns.values()].at(-1);
    if (poll?.kind === "control" && (several(poll) || poll.card.images.length === 1)) return { turn: poll.id };
    if (this.head) return { version: this.head };
    return last ? { turn: last.id } : {};
  }
}

// Does a turn wait for people to choose among its pictures?
export function several(turn) {
  return turn.card.images.length > 1 && turn.card.buttons.some((button) => ["choose", "vote", "close"].includes(button.action) && button.version !== null);
}

// Is it a batch, or the price of one? Its rows are prompts that only its card shows.
const isList = (turn) => turn.kind === "control" && turn.card.buttons.some((button) => ["start", "open", "retry", "cancel", "export"].includes(button.action));

export function asks(turn) {
  return turn.card.buttons.some((button) => ["tick", "answer"].includes(button.action));
}
