/** One test of a JUnit document. */
export interface JunitCase {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: "passed" | "failed" | "broken" | "skipped";
  /** Why, for every outcome but passed. */
  readonly message: string | null;
  /** What a reader may want to know besides. */
  readonly output: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** Test results as JUnit XML, for the test views of CI systems. */
export function junitDocument(name: string, suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const body = suites
    .map((suite) => {
      const attributes = attributeText({ name: suite.name, ...totals(suite.cases) });
      const cases = suite.cases.map((one) => testCase(suite.name, one)).join("\n");
      return `<testsuite${attributes}>\n${cases}\n</testsuite>`;
    })
    .join("\n");
  const attributes = attributeText({ name, ...totals(all) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes}>\n${body}\n</testsuites>\n`;
}

function totals(cases: readonly JunitCase[]) {
  const count = (outcome: JunitCase["outcome"]) =>
    String(cases.filter((one) => one.outcome === outcome).length);
  return {
    tests: String(cases.length),
    failures: count("failed"),
    errors: count("broken"),
    skipped: count("skipped"),
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

const ELEMENTS = { failed: "failure", broken: "error", skipped: "skipped" } as const;

function testCase(suite: string, { name, seconds, outcome, message, output }: JunitCase): string {
  const attributes = attributeText({ classname: suite, name, time: seconds.toFixed(3) });
  const [headline = "", ...details] = (message ?? "").split("\n");
  const element =
    outcome === "passed"
      ? ""
      : `<${ELEMENTS[outcome]}${attributeText({ message: headline })}>${escapeXml(details.join("\n"))}</${ELEMENTS[outcome]}>`;
  return `<testcase${attributes}>${element}<system-out>${escapeXml(output)}</system-out></testcase>`;
}

function attributeText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
}

/** Text as XML can hold it: markup escaped, characters that XML 1.0 cannot write replaced. */
function escapeXml(text: string): string {
  return (
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  );
}
