/** What the server takes, in bytes. */
export const maxPiece = 32 * 1024;
export const maxFile = 8 * 1024 * 1024;
/** How many pieces may be on their way at a time. */
export const maxUnderWay = 4;
/** How many received files stay in the page. */
export const maxReceived = 10;
