import CometDServerNIO
import Foundation
import NIOSSL

/// Files with certificates and keys for tests, in a folder that lives as long as this does.
///
/// Made once with `openssl`; they expire in a hundred years, and nobody trusts them.
final class TLSTestFiles: Sendable {
    /// A certificate and its private key, as PEM.
    struct Identity {
        var certificate: String
        var key: String
    }

    private let folder: URL

    init(_ server: Identity = first) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "cometd-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        try self.write(server)
        try self.write(Self.authority, to: "ca.pem")
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    /// Puts a certificate and its key in the place of the server's.
    func write(_ server: Identity) throws {
        try self.write(server.certificate, to: "chain.pem")
        try self.write(server.key, to: "key.pem")
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: self.folder.appending(path: name))
    }

    func path(_ name: String) -> String { self.folder.appending(path: name).path(percentEncoded: false) }

    /// The options of a server with these files.
    var options: TLSOptions { TLSOptions(certificateChain: self.path("chain.pem"), privateKey: self.path("key.pem")) }

    /// What a client needs that trusts some servers.
    static func client(
        offering protocols: [String],
        trusting servers: [Identity] = [first, second],
        as identity: Identity? = nil,
        atMost version: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = protocols
        configuration.trustRoots = .certificates(
            try servers.flatMap { try NIOSSLCertificate.fromPEMBytes(Array($0.certificate.utf8)) }
        )
        configuration.maximumTLSVersion = version
        if let identity {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8))
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)
            )
        }
        return try NIOSSLContext(configuration: configuration)
    }
}

extension TLSTestFiles {
    /// A server's, for `localhost`.
    static let first = Identity(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBezCCASGgAwIBAgIUcntakKLpZPID0btLsdm+F9/jeq4wCgYIKoZIzj0EAwIw
            JzEVMBMGA1UECgwMQ29tZXREIHRlc3RzMQ4wDAYDVQQDDAVmaXJzdDAgFw0yMDAx
            MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowJzEVMBMGA1UECgwMQ29tZXREIHRl
            c3RzMQ4wDAYDVQQDDAVmaXJzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJOs
            mjQbpnpFDfYjKYP30HrgIpvQBqBzs9TuaztCo4Q4GJ2eTGgw7DxqyJB4DYRipZPU
            XB9u4utgDpes4vYr10WjKTAnMA8GA1UdEwEB/wQFMAMBAf8wFAYDVR0RBA0wC4IJ
            bG9jYWxob3N0MAoGCCqGSM49BAMCA0gAMEUCIBjh8nDdi1yH8/xaRCtYa45bM9ZD
            8XPXQmFLzWzjUM8gAiEA2R/H/XNKLbaH2S3MbGTM1wIIEzfiHt93z7doiEPlGH8=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgr3ajU688KNTcm6Qp
            KNXlYWivz6RLJSI5iR1i4xHyMnyhRANCAASTrJo0G6Z6RQ32IymD99B64CKb0Aag
            c7PU7ms7QqOEOBidnkxoMOw8asiQeA2EYqWT1FwfbuLrYA6XrOL2K9dF
            -----END PRIVATE KEY-----
            """
    )

    /// Another server's, for `localhost`, too.
    static let second = Identity(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBfTCCASOgAwIBAgIUTQZYu+mo5kaLXGH+FTxk9PRTrRkwCgYIKoZIzj0EAwIw
            KDEVMBMGA1UECgwMQ29tZXREIHRlc3RzMQ8wDQYDVQQDDAZzZWNvbmQwIBcNMjAw
            MTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCgxFTATBgNVBAoMDENvbWV0RCB0
            ZXN0czEPMA0GA1UEAwwGc2Vjb25kMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
            UFsdjPK0lyGZCoGUS2vC+ExHbq9HiMPftpfsMIHbslyQ6CdECz/qPg9qythkIw/j
            tINm2/eMGh8CobcPqvJXo6MpMCcwDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTAL
            gglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIgAnsAfVdLOEy8/wAKrh8UxJua
            0qOvhHsf6IgzrZqg69sCIQCdcb6VfWxrWL1l9FQsCiYq2F7kJMSVbAWRTjqT2yMf
            jQ==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqy3km/428LWs5+VB
            ukb1YXMHaVsMSdmTBlrDNcOLWDmhRANCAARQWx2M8rSXIZkKgZRLa8L4TEdur0eI
            w9+2l+wwgduyXJDoJ0QLP+o+D2rK2GQjD+O0g2bb94waHwKhtw+q8lej
            -----END PRIVATE KEY-----
            """
    )

    /// A client's, from ``authority``.
    static let alice = Identity(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBYDCCAQWgAwIBAgIUA4bu0TN7zQ8/uwUmNPp1xeguNFcwCgYIKoZIzj0EAwIw
            JDEVMBMGA1UECgwMQ29tZXREIHRlc3RzMQswCQYDVQQDDAJjYTAgFw0yMDAxMDEw
            MDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowJzEVMBMGA1UECgwMQ29tZXREIHRlc3Rz
            MQ4wDAYDVQQDDAVhbGljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFWPIV+W
            VdCE4VoWUz7XLxduYDgP0G4bFY73YooLdn4V79759sd2zYpEfbt4tKkY4DyDi3IB
            ows845tw7cdCZwWjEDAOMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDSQAwRgIh
            AICT6z7cwQmDP/if77NWQHRowIbzYHS9HaQ83UYf036nAiEA4p0i6p0yDPhOWv42
            XuGag3nuEpZitK8jOexjaRsY2ZM=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwk5hQmZOYJwF0Pqk
            eLxGp3wGpWFnXqhTx65ZktWhoAehRANCAARVjyFfllXQhOFaFlM+1y8XbmA4D9Bu
            GxWO92KKC3Z+Fe/e+fbHds2KRH27eLSpGOA8g4tyAaMLPOObcO3HQmcF
            -----END PRIVATE KEY-----
            """
    )

    /// A client's, from nowhere.
    static let mallory = Identity(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBaTCCAQ+gAwIBAgIUVpcoDMk7dyAWgim0wj+ZTRJd3YAwCgYIKoZIzj0EAwIw
            KTEVMBMGA1UECgwMQ29tZXREIHRlc3RzMRAwDgYDVQQDDAdtYWxsb3J5MCAXDTIw
            MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjApMRUwEwYDVQQKDAxDb21ldEQg
            dGVzdHMxEDAOBgNVBAMMB21hbGxvcnkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AARXsFkhucRArglgImi/kpL1iAvAma5QXFz7lssJ3KIPiFSGzgtIyP6fRBpNrHls
            tp2l84ncb0DTr7yR4Kymc95koxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
            BAMCA0gAMEUCIH4wXZW0KQ7GtPZvIPg2fOTf7FOlsjF7Vu0C54eWMYkAAiEApdlB
            gU1NTBVORKMjZ2d4U7FBe/xYYr6Kf6tnsKj+Vuc=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSrYPbyobbbcWPrlv
            AYt1kq7S4OnagRuO6ExhZd1086uhRANCAARXsFkhucRArglgImi/kpL1iAvAma5Q
            XFz7lssJ3KIPiFSGzgtIyP6fRBpNrHlstp2l84ncb0DTr7yR4Kymc95k
            -----END PRIVATE KEY-----
            """
    )

    /// The root of ``alice``.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBXzCCAQWgAwIBAgIUTi7WTVJqTTZ2kV9H49UB8069XkcwCgYIKoZIzj0EAwIw
        JDEVMBMGA1UECgwMQ29tZXREIHRlc3RzMQswCQYDVQQDDAJjYTAgFw0yMDAxMDEw
        MDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowJDEVMBMGA1UECgwMQ29tZXREIHRlc3Rz
        MQswCQYDVQQDDAJjYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPhRSTtqHkCH
        s1+f+iDnwcXHQiZtQTyCDvLqRnyuZ/UWAVoJAR22CarEX4TS43Q+eO3HnAVd4C6C
        tL/p8m+65u6jEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
        APVMRSHJ+9KnERVMsE6UQiIic/wYT3G4HjlIrwnpkFWlAiAsK90FRdQ7NhxmfqtL
        QADoQ5LJHLKkGZ5/bNU2gPYFSg==
        -----END CERTIFICATE-----
        """
}
