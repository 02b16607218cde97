import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { describeBackend, selectBackend } from "../../src/training/backend.js";
import { checkBackend } from "../../src/training/check-backend.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { installStandIn, loaderFrom, nativeSource } from "./stand-in-package.js";

const GPU = "@tensorflow/tfjs-node-gpu";
const NODE = "@tensorflow/tfjs-node";
const node20 = { nodeVersion: "20.20.2" };

afterEach(() => {
  if (tf.findBackendFactory("tensorflow")) tf.removeBackend("tensorflow");
});

describe("selectBackend", () => {
  it("takes wasm where no native package is installed, and says so", async () => {
    const backend = await selectBackend({ load: loaderFrom(temporaryFolder()), ...node20 });
    expect(backend).toEqual({
      name: "wasm",
      device: "cpu",
      passedOver: [
        { name: "tfjs-node-gpu", reason: "not installed" },
        { name: "tfjs-node", reason: "not installed" },
      ],
    });
    expect(tf.getBackend()).toBe("wasm");
    expect(describeBackend(backend)).toBe(
      "wasm (passed over: tfjs-node-gpu: not installed; tfjs-node: not installed)",
    );
  });

  it("takes tfjs-node-gpu first, and tells whether it found a GPU", async () => {
    for (const usesGpu of [true, false]) {
      const folder = temporaryFolder();
      installStandIn(folder, GPU, nativeSource({ usesGpu }));
      installStandIn(folder, NODE, "throw new Error('must not be loaded')");
      const backend = await selectBackend({ load: loaderFrom(folder), ...node20 });
      const device = usesGpu ? "gpu" : "cpu";
      expect(backend).toEqual({ name: "tfjs-node-gpu", device, passedOver: [] });
      expect(describeBackend(backend)).toBe(`tfjs-node-gpu on ${device}`);
      expect(tf.getBackend()).toBe("tensorflow");
      tf.removeBackend("tensorflow");
    }
  });

  it("takes tfjs-node where only that is installed", async () => {
    const folder = temporaryFolder();
    installStandIn(folder, NODE, nativeSource({}));
    expect(await selectBackend({ load: loaderFrom(folder), ...node20 })).toMatchObject({
      name: "tfjs-node",
      passedOver: [{ name: "tfjs-node-gpu", reason: "not installed" }],
    });
  });

  it("passes over packages that fail to load, are of another version or do not start", async () => {
    const missingLibrary = "libcudart.so.11.0: cannot open shared object file";
    const folder = temporaryFolder();
    installStandIn(folder, GPU, `throw new Error("${missingLibrary}\\nmore")`);
    installStandIn(folder, NODE, nativeSource({ version: "4.17.0" }));
    const { name, passedOver } = await selectBackend({ load: loaderFrom(folder), ...node20 });
    expect(name).toBe("wasm");
    expect(passedOver).toEqual([
      { name: "tfjs-node-gpu", reason: missingLibrary },
      { name: "tfjs-node", reason: "version 4.17.0, 4.22.0 needed" },
    ]);
  });

  it("tells a package that is absent from one that misses something else", async () => {
    const folder = temporaryFolder();
    installStandIn(folder, GPU, "require('absent-addon')");
    installStandIn(folder, NODE, "exports.version = {}");
    const { passedOver } = await selectBackend({ load: loaderFrom(folder), ...node20 });
    expect(passedOver[0]!.reason).toMatch(/^Cannot find module 'absent-addon'/);
    expect(passedOver[1]!.reason).toBe("version unknown, 4.22.0 needed");
  });

  it("does not load native packages on a Node that is too new for them", async () => {
    const folder = temporaryFolder();
    installStandIn(folder, GPU, nativeSource({ usesGpu: true }));
    const load = loaderFrom(folder);
    const { name, passedOver } = await selectBackend({ load, nodeVersion: "23.1.0" });
    expect(name).toBe("wasm");
    expect(passedOver[0]!.reason).toBe("needs Node 22 or older, this is Node 23.1.0");
    expect(await selectBackend({ load, nodeVersion: "22.99.0" })).toMatchObject({ device: "gpu" });
  });

  it("takes the requested backend, and no other", async () => {
    for (const name of ["cpu", "wasm"] as const) {
      expect(await selectBackend({ requested: name })).toEqual({
        name,
        device: "cpu",
        passedOver: [],
      });
      expect(tf.getBackend()).toBe(name);
    }
    const folder = temporaryFolder();
    const request = (requested: string, nodeVersion = "20.20.2") =>
      selectBackend({ requested, nodeVersion, load: loaderFrom(folder) });
    await expect(request("webgl")).rejects.toThrow(
      'backend must be one of tfjs-node-gpu, tfjs-node, wasm, cpu, got "webgl"',
    );
    await expect(request("tfjs-node")).rejects.toThrow(ArgumentError);
    await expect(request("tfjs-node")).rejects.toThrow(
      'npm install @tensorflow/tfjs-node@4.22.0, on Node 22 or older), got "tfjs-node": not installed',
    );
    await expect(request("tfjs-node-gpu", "24.0.0")).rejects.toThrow(/this is Node 24\.0\.0$/);
    installStandIn(folder, GPU, nativeSource({ usesGpu: false }));
    await expect(request("tfjs-node-gpu")).rejects.toThrow(/finds no GPU/);
  });

  it("refuses when nothing loads, with every reason", async () => {
    const load = () => Promise.reject(new Error("damaged"));
    await expect(selectBackend({ load, ...node20 })).rejects.toThrow(
      /got none \(tfjs-node-gpu: damaged; .* cpu: damaged\)/,
    );
  });
});

describe("checkBackend", () => {
  async function check(options: Omit<Parameters<typeof checkBackend>[0], "write">) {
    const lines: string[] = [];
    const code = await checkBackend({ ...options, write: (line) => lines.push(line) });
    return { code, text: lines.join("\n") };
  }

  it("finds the wasm backend sound", async () => {
    const { code, text } = await check({ name: "wasm" });
    expect(code).toBe(0);
    expect(text).toMatch(/gd\+\+, trained: loss .* relative error of loss \S+e-\d+, of gradient/);
  });

  it("ends with 2 where the package is absent", async () => {
    const load = loaderFrom(temporaryFolder());
    const { code, text } = await check({ name: "tfjs-node-gpu", load, ...node20 });
    expect(code).toBe(2);
    expect(text).toContain("npm install @tensorflow/tfjs-node-gpu@4.22.0");
  });

  it("trains on the native path when a stand-in takes its place", async () => {
    const folder = temporaryFolder();
    installStandIn(folder, GPU, nativeSource({ usesGpu: true }));
    const load = loaderFrom(folder);
    const { code, text } = await check({ name: "tfjs-node-gpu", load, ...node20 });
    expect(text).toContain("backend: tfjs-node-gpu on gpu");
    expect(code).toBe(0);
  });

  it("ends with 3 on an engine that computes something else", async () => {
    const folder = temporaryFolder();
    installStandIn(folder, GPU, nativeSource({ usesGpu: true, breaks: "Neg" }));
    const load = loaderFrom(folder);
    const { code, text } = await check({ name: "tfjs-node-gpu", load, ...node20 });
    expect(code).toBe(3);
    expect(text).toMatch(/\(more than 0\.0001\)[\s\S]*DISAGREEMENT/);
  });

  it("leaves TensorFloat-32 off unless the user turned it on", async () => {
    const before = process.env.NVIDIA_TF32_OVERRIDE;
    onTestFinished(() => {
      if (before === undefined) delete process.env.NVIDIA_TF32_OVERRIDE;
      else process.env.NVIDIA_TF32_OVERRIDE = before;
    });
    const load = loaderFrom(temporaryFolder());
    delete process.env.NVIDIA_TF32_OVERRIDE;
    await selectBackend({ load, ...node20 });
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe("0");
    process.env.NVIDIA_TF32_OVERRIDE = "1";
    await selectBackend({ load, ...node20 });
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe("1");
  });
});
