// The native packages are optional peers: where they are absent, `import()` of them must still
// type-check. They export all of tfjs-core; loopgd uses only the version they tell.
declare module "@tensorflow/tfjs-node" {
  export const version: Readonly<Record<string, string>>;
}

declare module "@tensorflow/tfjs-node-gpu" {
  export const version: Readonly<Record<string, string>>;
}
