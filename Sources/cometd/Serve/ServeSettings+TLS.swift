import CometDServer
import CometDServerNIO

extension ServeSettings {
    /// Whether connections are encrypted.
    var isSecure: Bool { !self.tls.certificateChain.isEmpty }

    /// The options of TLS.
    static let tlsSection = OptionTable<ServeSettings>.Section(
        "TLS",
        [
            .init(
                "tlsCertificate",
                \.tls.certificateChain,
                .file,
                "A PEM file with the server's certificate and those above it; read anew on SIGHUP."
            ),
            .init("tlsKey", \.tls.privateKey, .file, "A PEM file with the certificate's private key."),
            .init(
                "tlsClientCA",
                \.tls.clientTrustRoots,
                .file,
                "A PEM file with the roots of clients' certificates, which are asked for."
            ),
            .init(
                "tlsRequireClientCertificate",
                \.tls.requiresClientCertificate,
                .bool,
                "Whether clients without a certificate cannot connect."
            ),
            .init(
                "tlsMinimumVersion",
                \.tls.minimumVersion,
                .oneOf(["1.2": .tls12, "1.3": .tls13], placeholder: "version"),
                "The least version of TLS that a client may speak."
            ),
            .init(
                "tlsHandshakeTimeout",
                \.tls.handshakeTimeout,
                .positiveDuration,
                "How long the TLS handshake may take."
            ),
        ]
    )

    /// The options of HTTP/2.
    static let http2Section = OptionTable<ServeSettings>.Section(
        "HTTP/2",
        [
            .init(
                "http2",
                \.tls.offersHTTP2,
                .bool,
                "Whether clients may choose HTTP/2, which they can with TLS only."
            ),
            .init(
                "http2MaxConcurrentStreams",
                \.listener.http2.maxConcurrentStreams,
                .integer(in: 1...65536),
                "How many requests of one connection may be unanswered at a time, held ones included."
            ),
            .init(
                "http2MaxHeaderListSize",
                \.listener.http2.maxHeaderListSize,
                .size(upTo: 16 << 20),
                "How large the path, the query and the headers of a request may be, with 32 bytes more for each."
            ),
            .init(
                "http2PingInterval",
                \.listener.http2.pingInterval,
                .positiveDuration,
                "How long a client may be silent before it is asked whether it is there."
            ),
            .init(
                "http2PingTimeout",
                \.listener.http2.pingTimeout,
                .positiveDuration,
                "How long a client has for its answer to that."
            ),
            .init(
                "http2GracePeriod",
                \.listener.http2.gracePeriod,
                .positiveDuration,
                "How long requests may go on when the end of the connection has been announced."
            ),
        ]
    )

    /// Checks that the options of TLS go together.
    func checkTLS() throws(CommandFailure) {
        if self.isSecure == self.tls.privateKey.isEmpty {
            let (has, lacks) =
                self.isSecure ? ("--tls-certificate", "--tls-key") : ("--tls-key", "--tls-certificate")
            throw CommandFailure(.usage, "\(has) needs \(lacks)")
        }
        if self.tls.clientTrustRoots != nil, !self.isSecure {
            throw CommandFailure(.usage, "--tls-client-ca needs --tls-certificate")
        }
        if self.tls.requiresClientCertificate, self.tls.clientTrustRoots == nil {
            throw CommandFailure(.usage, "--tls-require-client-certificate needs --tls-client-ca")
        }
    }
}

extension OptionSyntax<String> {
    /// The path of a file; empty for none.
    fileprivate static var file: Self {
        Self(placeholder: "file", legal: "the path of a file, or nothing") {
            $0
        } text: {
            $0
        }
    }
}

extension OptionSyntax<String?> {
    /// The path of a file, or none.
    fileprivate static var file: Self {
        Self(placeholder: "file", legal: "the path of a file, or nothing") { text in
            .some(text.isEmpty ? nil : text)
        } text: { value in
            value ?? ""
        }
    }
}
