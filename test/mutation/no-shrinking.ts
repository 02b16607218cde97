import fc from "fast-check";

// One failing example kills a mutant; nobody reads its smallest one.
fc.configureGlobal({ endOnFailure: true });
