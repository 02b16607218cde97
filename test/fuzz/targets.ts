import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCertificate } from "../../proofs-checks/checker/check-certificate.js";
import { Malformed, Rejected } from "../../proofs-checks/checker/field.js";
import { openRunFolder } from "../../src/cli/run-folder.js";
import { VerdictLog } from "../../src/cli/verdict-log.js";
import { LoopgdError } from "../../src/errors.js";
import { readJsonLines } from "../../src/io/json-lines.js";
import { decodeJsonTensors } from "../../src/io/json-tensors.js";
import { readMatrixFile } from "../../src/io/matrix-file.js";
import { decodeNpy, encodeNpy } from "../../src/io/npy.js";
import { decodeNpz, encodeNpz } from "../../src/io/npz.js";
import { readParquet, writeParquet } from "../../src/io/parquet.js";
import { decodeStateDict } from "../../src/io/pytorch/state-dict.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.js";
import { encodeZip, openZip } from "../../src/io/zip.js";
import { parseConvention } from "../../src/model/layout/convention.js";
import { readMapped } from "../../src/model/layout/mapping.js";
import { readWeights } from "../../src/model/weights-file.js";
import { readAnswer } from "../../src/predictor/json-lines-answer.js";
import { readCheckpoint } from "../../src/training/checkpoint.js";
import { readMetrics } from "../../src/training/metrics.js";
import type { FuzzTarget } from "./fuzz.js";
import { optionTargets } from "./option-targets.js";

const text = (value: string) => new TextEncoder().encode(value);
const json = (value: unknown) => text(JSON.stringify(value));
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const matrix = { shape: [2, 2], data: Float64Array.of(0.5, 0, -1, 2) };
const vector = { shape: [2], data: Float64Array.of(1, 2) };
const layer = new Map([
  ["A", matrix],
  ["u", vector],
]);
const law = { n: "20", L: "2", noise: "0.1" };

const ISSUED_FOLDER = fileURLToPath(
  new URL("../../proofs-checks/certificates/issued", import.meta.url),
);
/** Two of the issued certificates, which take a millisecond to check. */
const ISSUED = readdirSync(ISSUED_FOLDER).filter((file) =>
  /^(untied-optimum|isotropic-optimum-is-enclosed)/.test(file),
);

/** Written by torch.save of torch 1.13 (test/io/pytorch/make-state-dicts.py). */
const STATE_DICTS = fileURLToPath(new URL("../io/pytorch/state-dicts/", import.meta.url));
const PICKLES = readdirSync(STATE_DICTS).map((file) => {
  const records = openZip(readFileSync(join(STATE_DICTS, file)), "fuzz", file);
  return [...records].find(([name]) => name.endsWith("data.pkl"))![1]();
});

function stateDictOf(pickle: Uint8Array): Uint8Array {
  return encodeZip(
    new Map([
      ["a/data.pkl", pickle],
      ["a/data/0", new Uint8Array(64)],
      ["a/data/1", new Uint8Array(12)],
    ]),
  );
}

/** A reader whose own classes of refusals count as the house's. */
function refusing(
  refusals: readonly (new (...parts: never[]) => Error)[],
  read: (bytes: Uint8Array) => unknown,
) {
  return (bytes: Uint8Array) => {
    try {
      return read(bytes);
    } catch (error) {
      if (refusals.some((refusal) => error instanceof refusal)) {
        throw new LoopgdError((error as Error).message);
      }
      throw error;
    }
  };
}

/** A folder in memory where the system has one: a disk takes milliseconds a file. */
export function memoryFolder(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "loopgd-fuzz-"));
}

/** Everything that reads bytes or texts from outside. Files are written below `folder`. */
export function fuzzTargets(folder: string): FuzzTarget[] {
  /** A reader of files as a reader of bytes. */
  const fromFile = (name: string, read: (path: string) => unknown) => {
    const path = join(folder, name);
    return (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      return read(path);
    };
  };
  /** A reader of folders that hold one file as a reader of bytes. */
  const fromFolder = (name: string, file: string, read: (folder: string) => unknown) => {
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    return (bytes: Uint8Array) => {
      writeFileSync(join(own, file), bytes);
      return read(own);
    };
  };
  /** A file of a run's metrics, of so many rows. */
  const parquetOf = (rows: number) => {
    const path = join(folder, "written.parquet");
    const step = Int32Array.from({ length: rows }, (_, i) => i + 1);
    const loss = Float64Array.from(step, (value) => 1 / value);
    writeParquet(
      path,
      new Map<string, Int32Array | Float64Array>([
        ["step", step],
        ["loss", loss],
      ]),
    );
    return readFileSync(path);
  };
  const checkpointOptions = { objective: "a", steps: "10" };
  const run = { options: { dim: 2 }, seed: 0, reproduce: "loopgd train", now: () => new Date(0) };
  const runRecord = { schema: "loopgd.run/1", version: "0", seed: 0, options: run.options };
  const verdictRun = { seed: 0, profile: "quick" } as const;
  const verdictHeader = { schema: "loopgd.finished/1", version: "0.1.0", ...verdictRun };
  return [
    {
      name: "safetensors",
      corpus: [
        encodeSafetensors(layer, law),
        encodeSafetensors(new Map()),
        text('\x20\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
      ],
      read: (bytes) => decodeSafetensors(bytes, "fuzz"),
    },
    {
      name: "npy",
      corpus: [encodeNpy(matrix), encodeNpy(vector), encodeNpy({ ...vector, shape: [2, 1, 1] })],
      read: (bytes) => decodeNpy(bytes, "fuzz"),
    },
    {
      name: "parquet",
      corpus: [parquetOf(0), parquetOf(1), parquetOf(40)],
      read: fromFile("columns.parquet", readParquet),
    },
    {
      name: "npz",
      corpus: [encodeNpz({ tensors: layer, metadata: { n: "20" } })],
      read: (bytes) => decodeNpz(bytes, "fuzz"),
    },
    {
      name: "state-dict",
      corpus: readdirSync(STATE_DICTS).map((file) => readFileSync(join(STATE_DICTS, file))),
      read: (bytes) => decodeStateDict(bytes, "fuzz"),
    },
    {
      name: "pickle",
      // Inside an archive a flipped bit fails the checksum: the stream is fuzzed by itself.
      corpus: PICKLES,
      read: (bytes) => decodeStateDict(stateDictOf(bytes), "fuzz"),
    },
    {
      name: "json-tensors",
      corpus: [json({ layers: [{ A: [[1, 0.5]] }], n: 20 }), json({ A: [[1]], "a.b": "c" })],
      read: (bytes) => decodeJsonTensors(bytes, "fuzz"),
    },
    {
      name: "mapping",
      corpus: [
        text("layers:\n- A: {tensor: A, transpose: true, scale: -2}\n  u: u\nconvention: 1/n\n"),
        json({
          layers: [
            { P: "A", Q: "A" },
            { key: "A", query: "A", value: "A" },
          ],
        }),
      ],
      read: fromFile("mapping.yaml", (path) => readMapped(path, layer, "fuzz")),
    },
    {
      name: "convention",
      corpus: ["1/n,output-", "loopgd", "1/(n+1),transposed"].map(text),
      read: (bytes) => parseConvention(decode(bytes)),
    },
    {
      name: "weights",
      corpus: [
        encodeSafetensors(layer, law),
        encodeSafetensors(new Map([...layer, ["C", matrix], ["Sigma", matrix]])),
        encodeSafetensors(
          new Map([
            ["P", matrix],
            ["Q", matrix],
          ]),
        ),
        encodeSafetensors(
          new Map([
            ["layers.0.A", matrix],
            ["layers.1.A", matrix],
          ]),
        ),
      ],
      read: fromFile("weights.safetensors", readWeights),
    },
    {
      name: "matrix-json",
      corpus: [
        json([
          [1, 0.5],
          [0.5, 2],
        ]),
        json([[1]]),
      ],
      read: fromFile("matrix.json", readMatrixFile),
    },
    {
      name: "matrix-csv",
      corpus: [text("# a comment\n1, 0.5\n0.5, 2\n"), text("1;2\r\n3;4"), text("1e-3 2\n")],
      read: fromFile("matrix.csv", readMatrixFile),
    },
    {
      name: "json-lines",
      corpus: [text('{"step":1,"loss":0.5}\n{"step":2,"loss":0.25}\n'), text('{"a":"b"}\n{"to')],
      read: fromFile("lines.jsonl", readJsonLines),
    },
    {
      name: "checkpoint",
      corpus: [
        encodeSafetensors(
          new Map([
            ["parameters", vector],
            ["optimizer.first", vector],
            ["average", vector],
            ["stop.0", matrix],
          ]),
          {
            schema: "loopgd.checkpoint/1",
            averageCount: "2",
            step: "3",
            optimizerStep: "3",
            initialLoss: "2",
            lastLoss: "1",
            options: JSON.stringify(checkpointOptions),
          },
        ),
      ],
      read: fromFolder("checkpoint", "checkpoint.safetensors", (path) =>
        readCheckpoint(path, checkpointOptions),
      ),
    },
    {
      name: "metrics",
      corpus: [text('{"step":1,"loss":0.5,"gradientNorm":1,"learningRate":0.1}\n{"step":2,"lo')],
      read: fromFolder("metrics", "metrics.jsonl", readMetrics),
    },
    {
      name: "run-folder",
      corpus: [json(runRecord)],
      read: fromFolder("run", "run.json", (path) => openRunFolder(path, run, true)),
    },
    {
      name: "verdict-log",
      corpus: [
        text(
          `${JSON.stringify(verdictHeader)}\n${JSON.stringify({ claim: "a", results: '[{"id":"a","setting":"s","verdict":"holds","expected":"holds","training":{"m":{"$matrix":[[1,2],[3,4]]},"v":{"$vector":[1]}}}]' })}\n`,
        ),
      ],
      read: fromFolder("verdicts", "finished.jsonl", (path) =>
        new VerdictLog(path, verdictRun, true).close(),
      ),
    },
    {
      name: "json-lines-answer",
      corpus: [
        json({ id: 1, predictions: [0.5, 1] }),
        json({ id: 1, prediction: 2 }),
        json({ id: 1, error: "no" }),
      ],
      read: (bytes) => readAnswer(decode(bytes), 1, "fuzz"),
    },
    {
      name: "certificate",
      corpus: ISSUED.map((file) => readFileSync(join(ISSUED_FOLDER, file))),
      read: refusing([Malformed, Rejected], (bytes) => checkCertificate(decode(bytes))),
    },
    ...optionTargets(),
  ];
}
