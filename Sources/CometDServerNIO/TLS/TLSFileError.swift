/// Why TLS cannot be had with the files that ``TLSOptions`` name.
public struct TLSFileError: Error, Hashable, Sendable {
    /// Which of the files is at fault.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case certificateChain, privateKey, clientTrustRoots, mismatch
        }

        private let value: Value

        /// The file of the certificate chain cannot be read or holds none.
        public static var certificateChain: Self { Self(value: .certificateChain) }
        /// The file of the private key cannot be read, holds none, or one with a password.
        public static var privateKey: Self { Self(value: .privateKey) }
        /// The file with the roots of clients' certificates cannot be read or holds none.
        public static var clientTrustRoots: Self { Self(value: .clientTrustRoots) }
        /// The private key is not that of the certificate.
        public static var mismatch: Self { Self(value: .mismatch) }
    }

    /// Which of the files is at fault.
    public let code: Code
    /// What is wrong, in one line that names the file.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension TLSFileError: CustomStringConvertible {
    /// What is wrong, in one line that names the file.
    public var description: String { self.message }
}
