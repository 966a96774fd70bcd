/** Name and version a client gives in its headers; a test keeps it equal to package.json. */
export const sdkVersion = 'passbeam-sdk:0.1.0';
