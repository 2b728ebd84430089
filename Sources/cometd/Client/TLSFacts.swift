import Bayeux
import CometDServer
import Foundation
import NIOSSL

/// What a connection with TLS tells of itself.
struct TLSFacts: Hashable, Sendable {
    /// The version, such as `TLS 1.3`.
    var version: String
    /// The names that the certificate is for, its subject's common name first; empty when there are none.
    var names: [String]
    /// Until when the certificate is valid.
    var expiry: Date?

    /// The facts for people.
    var rows: [(name: String, value: String)] {
        let names = self.names.isEmpty ? "no name" : self.names.joined(separator: ", ")
        let expiry = self.expiry.map { ", valid until \($0.formatted(.iso8601))" } ?? ""
        return [("tls", self.version), ("certificate", names + expiry)]
    }

    /// The facts for machines.
    var json: JSONObject {
        var object: JSONObject = [
            "version": .string(self.version), "certificateNames": .array(self.names.map { .string($0) }),
        ]
        if let expiry = self.expiry { object["certificateExpiry"] = .string(expiry.formatted(.iso8601)) }
        return object
    }
}

extension TLSFacts {
    /// Reads the facts of a connection whose handshake is done.
    init(_ version: TLSVersion?, _ certificate: NIOSSLCertificate?) {
        self.version =
            switch version {
            case .tlsv1: "TLS 1.0"
            case .tlsv11: "TLS 1.1"
            case .tlsv12: "TLS 1.2"
            case .tlsv13: "TLS 1.3"
            case nil: "unknown"
            }
        self.names = certificate.map { Self.names(in: "\($0)") } ?? []
        self.expiry = certificate.map { Date(timeIntervalSince1970: TimeInterval($0.notValidAfter)) }
    }

    /// Takes the names out of NIOSSL's description of a certificate, the only place where it tells the subject's.
    ///
    /// - Parameter description: Such as `<NIOSSLCertificate;serial_number=1;common_name=a;alternative_names=b,c>`.
    /// - Returns: The names, each once.
    static func names(in description: String) -> [String] {
        let parts = description.dropLast().split(separator: ";")
        var names: [String] = []
        for (key, separator) in [("common_name=", Character(";")), ("alternative_names=", ",")] {
            guard let part = parts.first(where: { $0.hasPrefix(key) }) else { continue }
            for name in part.dropFirst(key.count).split(separator: separator).map(String.init)
            where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }
}
