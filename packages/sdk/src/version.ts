/** The name and version that clients send in their headers; a test keeps the version equal to package.json. */
export const sdkVersion = 'passbeam-sdk:0.1.0';
