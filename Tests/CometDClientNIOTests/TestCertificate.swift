import CometDServerNIO
import Foundation
import Logging
import NIOSSL

/// A certificate for `localhost` that only tests trust; it expires in a hundred years.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIURKixmQIfQu2e3SsgzoHgvkMEG78wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjEwMDExN1oYDzIxMjYxMTAy
        MTAwMTE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAR6TViBatA9eE8y6km+x1veh6ZdXZ8Ix5OBDevuDfTSxlbmIVFwspEy
        JL3YAx9sJ82yTgRxrcc3u7KSZy/5mskwo2kwZzAdBgNVHQ4EFgQUnOJIrUfqol+g
        KvG/ZDbmCtP1CHQwHwYDVR0jBBgwFoAUnOJIrUfqol+gKvG/ZDbmCtP1CHQwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        SAAwRQIhALc9ic640RUqV9mA/T58kjHGY4B2dzMd77OTBKP1iQkMAiBTI8AZvnlp
        L8ROmolDG1MHl5VBNXoVQkwUTH+PLqmhzA==
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgATLOQPPrQo5IHqJW
        8Ya9qnAiQ+9KWFA2ml34iO2K8WehRANCAAR6TViBatA9eE8y6km+x1veh6ZdXZ8I
        x5OBDevuDfTSxlbmIVFwspEyJL3YAx9sJ82yTgRxrcc3u7KSZy/5mskw
        -----END PRIVATE KEY-----
        """

    /// TLS of a client that trusts it.
    static func client() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(self.certificate.utf8)))
        return configuration
    }

    /// TLS of a server that shows it.
    static func server() throws -> ListenerTLS {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cometd-client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let chain = folder.appending(path: "chain.pem")
        let key = folder.appending(path: "key.pem")
        try Data(self.certificate.utf8).write(to: chain)
        try Data(self.key.utf8).write(to: key)
        let options = TLSOptions(
            certificateChain: chain.path(percentEncoded: false),
            privateKey: key.path(percentEncoded: false)
        )
        return try ListenerTLS(options, logger: LiveServer.logger)
    }
}
