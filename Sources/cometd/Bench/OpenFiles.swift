import Foundation

/// The limit of open files, of which each connection needs one.
enum OpenFiles {
    /// Raises this process's limit as far as it may, for those that it starts, too.
    ///
    /// - Returns: The limit.
    @discardableResult
    static func allowMost() -> Int {
        var limit = rlimit()
        #if canImport(Darwin)
        let files = RLIMIT_NOFILE
        #else
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        guard getrlimit(files, &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(files, &limit)
            _ = getrlimit(files, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}
