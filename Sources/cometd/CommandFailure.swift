/// Why a command ends without having done its work: one line for the user, and the exit status.
struct CommandFailure: Error, Hashable, Sendable {
    /// What went wrong, in terms a script can act on.
    struct Code: Hashable, Sendable {
        private enum Value {
            case usage, failure
        }

        private let value: Value

        /// The command was called in a wrong way: correct its options.
        ///
        /// Exit status 64, as `EX_USAGE` of `sysexits.h`.
        static var usage: Self { Self(value: .usage) }
        /// The command could not do its work: correct what the message names.
        ///
        /// Exit status 1.
        static var failure: Self { Self(value: .failure) }

        /// The status that the process ends with.
        var exitStatus: Int32 {
            switch self.value {
            case .usage: 64
            case .failure: 1
            }
        }
    }

    /// What went wrong.
    let code: Code
    /// The line for the user, without `error:` in front.
    let message: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - message: The line for the user, without `error:` in front and without line breaks.
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
