const CLOSED = "default-src 'none'";
const INLINE =
  "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

/** Nothing may be loaded from elsewhere, whatever a report holds. */
export const REPORT_POLICY = `${CLOSED}; script-src 'unsafe-inline'; ${INLINE}`;

/** As REPORT_POLICY, with workers that start from a blob of the page's own text. */
export const EXPLORER_POLICY = `${CLOSED}; script-src 'unsafe-inline' blob:; worker-src blob:; ${INLINE}`;
