import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { JsonLinesWriter, readJsonLines } from "../io/json-lines.js";
import { readParquet, writeParquet } from "../io/parquet.js";
import type { StepRecord } from "./training-run.js";

/** Fields of a record, in the order of the file's columns. */
const FIELDS = ["step", "loss", "gradientNorm", "learningRate"] as const;
/** In the runs with a regulariser, in every record. */
const PENALTY = "penalty";

const compactPath = (folder: string): string => join(folder, "metrics.parquet");
const linesPath = (folder: string): string => join(folder, "metrics.jsonl");

/**
 * The records of a run folder, in step order, whether the run goes on, has ended or was killed.
 *
 * Statement.    those of metrics.parquet, then those of metrics.jsonl with a later step. A running or
 *               killed run has lines; they are compacted when it ends or is resumed. A run that was
 *               killed between the two has both, the lines then say again what the table says.
 * Throws.       ArgumentError when a file is damaged; a torn last line is dropped
 */
export async function readMetrics(folder: string): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  if (existsSync(compactPath(folder))) {
    const columns = await readParquet(compactPath(folder));
    for (let row = 0; row < (columns.get("step")?.length ?? 0); row++) {
      records.push(recordOf((field) => columns.get(field)?.[row]));
    }
  }
  const compacted = records.at(-1)?.step ?? 0;
  if (existsSync(linesPath(folder))) {
    for (const line of readJsonLines(linesPath(folder))) {
      const record = recordOf((field) => line[field]);
      if (record.step > compacted) records.push(record);
    }
  }
  return records;
}

/**
 * The metrics of a run as it goes: one record a step, in step order also after a resumption.
 *
 * Every state of the two files that a kill or a full disk can leave reads as the records up to some
 * step: lines are appended whole, the table replaces itself at once, and lines go only once they are in it.
 */
export class MetricsWriter {
  #writer: JsonLinesWriter | undefined;

  private constructor(
    private readonly folder: string,
    private readonly earlier: readonly StepRecord[],
  ) {}

  /** Begins the metrics of a folder, or goes on with those it has. */
  static async open(folder: string, resume: boolean): Promise<MetricsWriter> {
    return new MetricsWriter(folder, resume ? await readMetrics(folder) : []);
  }

  /** What an earlier part of the run recorded, up to the step it is resumed at. */
  recordsBefore(step: number): StepRecord[] {
    return this.earlier.filter((record) => record.step < step);
  }

  append(record: StepRecord): void {
    // Steps after the checkpoint that a killed run recorded are done again now.
    this.#writer ??= this.#begin(this.recordsBefore(record.step));
    this.#writer.write(
      Object.fromEntries(fieldsOf(record).map((field) => [field, record[field]!])),
    );
  }

  #begin(kept: readonly StepRecord[]): JsonLinesWriter {
    compact(this.folder, kept);
    return new JsonLinesWriter("trainInContext", linesPath(this.folder));
  }

  /** Makes the records so far survive a power failure. */
  sync(): void {
    this.#writer?.sync();
  }

  /** Ends the metrics; given the whole run's records, compacts them. */
  close(history?: readonly StepRecord[]): void {
    this.#writer?.close();
    this.#writer = undefined;
    if (history !== undefined) compact(this.folder, history);
  }
}

/** Puts records into the table, and only then lets go of the lines. */
function compact(folder: string, records: readonly StepRecord[]): void {
  if (records.length > 0) {
    writeParquet(
      compactPath(folder),
      new Map(
        fieldsOf(records[0]!).map((field) => {
          const values = records.map((record) => record[field]!);
          return [field, field === "step" ? Int32Array.from(values) : Float64Array.from(values)];
        }),
      ),
    );
  } else rmSync(compactPath(folder), { force: true });
  rmSync(linesPath(folder), { force: true });
}

function fieldsOf({ penalty }: StepRecord): readonly (keyof StepRecord)[] {
  return penalty === undefined ? FIELDS : [...FIELDS, PENALTY];
}

function recordOf(fieldOf: (field: string) => unknown): StepRecord {
  const [step, loss, gradientNorm, learningRate] = FIELDS.map((field) => Number(fieldOf(field)));
  const penalty = fieldOf(PENALTY);
  return {
    ...{ step: step!, loss: loss!, gradientNorm: gradientNorm!, learningRate: learningRate! },
    ...(penalty !== undefined && { penalty: Number(penalty) }),
  };
}
