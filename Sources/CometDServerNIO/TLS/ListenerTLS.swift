import CometDServer
public import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The certificate of a port, with which its new connections are encrypted; it can be renewed while the port is open.
///
/// ```swift
/// let tls = try ListenerTLS(TLSOptions(certificateChain: "/etc/cometd/chain.pem", privateKey: "/etc/cometd/key.pem"))
/// let listener = BayeuxListener(server, host: "0.0.0.0", port: 8443, tls: tls)
/// …
/// try tls.reload()
/// ```
///
/// Reading files blocks the thread for as long as it takes.
public final class ListenerTLS: Sendable {
    /// Where the files are, and what clients may speak.
    public let options: TLSOptions
    private let current: Mutex<NIOSSLContext>
    private let logger: Logger

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - options: Where the files are, and what clients may speak.
    ///   - logger: Where it logs. Default: label `cometd`.
    /// - Throws: ``TLSFileError`` when TLS cannot be had with them.
    public init(_ options: TLSOptions, logger: Logger = Logger(label: "cometd")) throws(TLSFileError) {
        self.options = options
        self.current = Mutex(try Self.read(options))
        self.logger = logger
    }

    /// Reads the files anew; connections that begin from now on use them.
    ///
    /// Connections that are open go on as they are. When the files are bad, this is logged, and what was read before
    /// stays in use.
    ///
    /// - Throws: ``TLSFileError`` when TLS cannot be had with them.
    public func reload() throws(TLSFileError) {
        let new: NIOSSLContext
        do throws(TLSFileError) {
            new = try Self.read(self.options)
        } catch {
            self.logger.error(
                "the certificate is not renewed: the old one stays in use",
                metadata: ["reason": "\(error.message)"]
            )
            throw error
        }
        self.current.withLock { $0 = new }
        self.logger.info("the certificate is read anew", metadata: ["file": "\(self.options.certificateChain)"])
    }

    /// What a new connection is encrypted with.
    var context: NIOSSLContext { self.current.withLock { $0 } }

    private static func read(_ options: TLSOptions) throws(TLSFileError) -> NIOSSLContext {
        let chain = try self.certificates(in: options.certificateChain, .certificateChain, "certificate")
        let key: NIOSSLPrivateKey
        do {
            // Without a callback the library would ask for a password on the terminal.
            key = try NIOSSLPrivateKey(file: options.privateKey, format: .pem) { (setter: ([UInt8]) -> Void) in
                setter([])
            }
        } catch {
            throw TLSFileError(.privateKey, "cannot read a private key without password from '\(options.privateKey)'")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion =
            switch options.minimumVersion {
            case .tls12: .tlsv12
            case .tls13: .tlsv13
            }
        configuration.applicationProtocols = options.offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
        configuration.shutdownTimeout = .seconds(2)
        if let roots = options.clientTrustRoots {
            configuration.trustRoots = .certificates(
                try self.certificates(in: roots, .clientTrustRoots, "certificate")
            )
            configuration.certificateVerification =
                options.requiresClientCertificate ? .noHostnameVerification : .optionalVerification
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFileError(
                .mismatch,
                "the private key in '\(options.privateKey)' is not that of the certificate in '\(options.certificateChain)'"
            )
        }
    }

    private static func certificates(
        in path: String,
        _ code: TLSFileError.Code,
        _ what: String
    ) throws(TLSFileError) -> [NIOSSLCertificate] {
        let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
        guard !certificates.isEmpty else { throw TLSFileError(code, "cannot read a \(what) from '\(path)'") }
        return certificates
    }
}
