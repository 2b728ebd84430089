import CometDServerNIO
import ServiceLifecycle
import UnixSignals

/// Reads the files of TLS anew whenever the process gets SIGHUP.
struct CertificateRenewal: Service {
    private let tls: ListenerTLS
    private let signals: UnixSignalsSequence

    /// Begins to listen for the signal: from now on it does not end the process.
    init(of tls: ListenerTLS) async {
        self.tls = tls
        self.signals = await UnixSignalsSequence(trapping: .sighup)
    }

    func run() async throws {
        for await _ in self.signals.cancelOnGracefulShutdown() {
            // What is wrong with them has been logged.
            try? self.tls.reload()
        }
    }
}

extension CertificateRenewal: CustomStringConvertible {
    var description: String { "CertificateRenewal" }
}
