/// What is known of a connection's TLS.
public struct TLSFacts: Hashable, Sendable {
    /// The certificate that a client has shown, and that has been verified.
    public struct ClientCertificate: Hashable, Sendable {
        /// The certificate as it was sent, in DER.
        public var der: [UInt8]
        /// The common name of its subject; `nil` when it has none.
        ///
        /// Of several the last one counts, which is the most specific.
        public var commonName: String?

        /// Describes a certificate.
        ///
        /// - Parameters:
        ///   - der: The certificate in DER.
        ///   - commonName: The common name of its subject.
        public init(der: [UInt8], commonName: String? = nil) {
            self.der = der
            self.commonName = commonName
        }
    }

    /// The version that was agreed on, such as `TLSv1.3`.
    public var version: String
    /// The protocol that was agreed on by ALPN: `h2` or `http/1.1`; `nil` when the client did not ask, or when it is not
    /// known because another library set up the TLS.
    public var applicationProtocol: String?
    /// The name of the server that the client asked for (SNI); `nil` when it did not, as with an address, or when it is not
    /// known because another library set up the TLS.
    public var serverName: String?
    /// The client's certificate; `nil` when it was not asked for or has shown none.
    public var clientCertificate: ClientCertificate?

    /// Describes a connection's TLS.
    ///
    /// - Parameters:
    ///   - version: The version, such as `TLSv1.3`.
    ///   - applicationProtocol: The protocol that was agreed on by ALPN.
    ///   - serverName: The name of the server that the client asked for.
    ///   - clientCertificate: The client's certificate, when it has been verified.
    public init(
        version: String,
        applicationProtocol: String? = nil,
        serverName: String? = nil,
        clientCertificate: ClientCertificate? = nil
    ) {
        self.version = version
        self.applicationProtocol = applicationProtocol
        self.serverName = serverName
        self.clientCertificate = clientCertificate
    }
}
