import type { TensorFormat } from "../../io/tensor-file.js";
import type { ExportLayout } from "./export-weights.js";

const LOADERS: Readonly<Record<TensorFormat, readonly string[]>> = {
  safetensors: [
    "import struct",
    'raw = open(PATH, "rb").read()',
    'size = struct.unpack("<Q", raw[:8])[0]',
    "header = json.loads(raw[8 : 8 + size])",
    'meta = header.pop("__metadata__", {})',
    'w = {k: torch.frombuffer(bytearray(raw[8 + size + v["data_offsets"][0] : 8 + size + v["data_offsets"][1]]), dtype=torch.float64).reshape(v["shape"]) for k, v in header.items()}',
  ],
  npz: [
    "import numpy",
    "w = {k: torch.tensor(v) for k, v in numpy.load(PATH).items()}",
    "meta = {k: v.item() for k, v in w.items() if v.dim() == 0}",
  ],
  json: [
    "f = json.load(open(PATH))",
    "w = {k: torch.tensor(v, dtype=torch.float64) for k, v in f.items() if isinstance(v, list)}",
    "meta = {k: v for k, v in f.items() if not isinstance(v, list)}",
  ],
};

/** Python that makes `layers`, a list of (P, Q) as Z ← Z + (1/n) P Z M ZᵀQZ has them. */
const LAYERS: Readonly<Record<ExportLayout, readonly string[]>> = {
  restricted: [
    'prefixes = sorted({k[: -len("A")] for k in w if k.split(".")[-1] == "A"}, key=lambda k: (len(k), k))',
    "def layer(p):",
    '    A = w[p + "A"]; d = len(A); P = torch.zeros(d + 1, d + 1, dtype=A.dtype); P[d, d] = 1',
    '    P[d, :d] = w.get(p + "u", P[d, :d]); P[:d, :d] = w.get(p + "C", P[:d, :d])',
    "    return P, torch.nn.functional.pad(-A, (0, 1, 0, 1))",
    "layers = [layer(p) for p in prefixes] * int(meta['L'])",
  ],
  full: [
    'prefixes = sorted({k[: -len("P")] for k in w if k.split(".")[-1] == "P"}, key=lambda k: (len(k), k))',
    'layers = [(w[p + "P"], w[p + "Q"]) for p in prefixes] * int(meta["L"])',
  ],
  ahn: [
    "pad = lambda M, corner: torch.block_diag(M, torch.tensor([[corner]], dtype=M.dtype))",
    'layers = [(pad(a[0], 1.0), pad(a[1].T, 0.0)) for a in w["allparam"][:, 0]]',
  ],
  "ahn-full": ['layers = [(a[0], a[1].T) for a in w["allparam"][:, 0]]'],
  "von-oswald": [
    'count = len({k for k in w if k.endswith("key.weight")}); n = int(meta["n"])',
    'part = lambda l, name: w[f"layers.{l}.{name}.weight"]',
    'layers = [(n * part(l, "projection") @ part(l, "value"), part(l, "key").T @ part(l, "query")) for l in range(count)]',
  ],
};

/**
 * A PyTorch program that loads exported weights and evaluates their loss on fresh prompts.
 *
 * Conventions.  `predict(Z)` takes prompts (batch, d+1, n+1), the query last with label 0; the loss is over
 *               standard normal covariates and tasks unless the file has Sigma (and Omega)
 */
export function pytorchSnippet(path: string, format: TensorFormat, layout: ExportLayout): string {
  return [
    "import json, torch",
    `PATH = ${JSON.stringify(path)}`,
    ...LOADERS[format],
    ...LAYERS[layout],
    'n, d = int(meta["n"]), layers[0][0].shape[0] - 1',
    "def predict(Z):",
    "    mask = torch.ones(n + 1, dtype=Z.dtype); mask[n] = 0",
    "    for P, Q in layers:",
    "        Z = Z + (P @ Z * mask) @ (Z.transpose(1, 2) @ Q @ Z) / n",
    "    return -Z[:, d, n]",
    'if __name__ == "__main__":  # the loss on fresh prompts of the law',
    '    Sigma = w.get("Sigma", torch.eye(d, dtype=torch.float64)); Omega = w.get("Omega", torch.linalg.inv(Sigma))',
    "    torch.manual_seed(0); draw = lambda C, k: torch.linalg.cholesky(C) @ torch.randn(100000, d, k, dtype=torch.float64)",
    "    x = draw(Sigma, n + 1); y = (draw(Omega, 1) * x).sum(1); y_q = y[:, n].clone()",
    '    y = y + float(meta.get("noise", 0)) ** 0.5 * torch.randn(y.shape, dtype=torch.float64); y[:, n] = 0',
    "    errors = (predict(torch.cat([x, y[:, None]], 1)) - y_q) ** 2",
    '    print(f"loss {errors.mean():.6f} ± {errors.std() / 100000**0.5:.6f}")',
    "",
  ].join("\n");
}
