/// How a listener's connections are encrypted.
public struct TLSOptions: Sendable, Hashable {
    /// A version of TLS.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2, RFC 5246.
        case tls12
        /// TLS 1.3, RFC 8446.
        case tls13
    }

    /// The path of a PEM file with the server's certificate, followed by those between it and a root.
    public var certificateChain: String
    /// The path of a PEM file with the private key of the server's certificate, not protected by a password.
    public var privateKey: String
    /// The least version of TLS that a client may speak.
    ///
    /// Default 1.2. Clients that speak less cannot connect.
    public var minimumVersion = Version.tls12
    /// The path of a PEM file with the certificates that those of clients must come from.
    ///
    /// Default `nil`: clients are not asked for a certificate. Otherwise they are asked; one that shows none is served
    /// unless ``requiresClientCertificate``, one whose certificate comes from nowhere else cannot connect.
    public var clientTrustRoots: String?
    /// Whether clients without a certificate cannot connect; only with ``clientTrustRoots``.
    ///
    /// Default `false`.
    public var requiresClientCertificate = false
    /// Whether clients may choose HTTP/2.
    ///
    /// Default `true`: `h2` and `http/1.1` are offered, in this order; otherwise only the latter.
    public var offersHTTP2 = true
    /// How long the TLS handshake may take, from the connection's beginning.
    ///
    /// Default 10 s. Beyond it the connection is closed.
    public var handshakeTimeout: Duration = .seconds(10)

    /// Names the files.
    ///
    /// - Parameters:
    ///   - certificateChain: The path of a PEM file with the server's certificate, followed by those between it and a root.
    ///   - privateKey: The path of a PEM file with its private key, not protected by a password.
    public init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}
