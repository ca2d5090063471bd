/** A certificate and its key, in PEM. */
export type TestCertificate = { key: string; cert: string };

/** Makes a certificate for one DNS name that vouches for itself; valid until 2035-06-01. */
export async function makeSelfSigned(name: string, dnsName: string): Promise<TestCertificate> {
  // The library's own dependency asks for a polyfill, of which nothing is used here.
  Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    notAfter: new Date("2035-06-01T00:00:00Z"),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: dnsName }])],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { key, cert: made.toString("pem") };
}
