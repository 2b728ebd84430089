/// The services that start and stop with a server.
actor ServiceRoster {
    private enum Phase {
        /// Services are added.
        case idle
        /// They are being started; these wait for it.
        case starting([CheckedContinuation<Void, any Error>])
        case started
        /// One of them could not be started.
        case failed(any Error)
        case stopped
    }

    private struct Entry {
        let key: Int
        let service: any StartableService
        var isStarted: Bool
    }

    private var phase = Phase.idle
    private var entries: [Entry] = []
    private var lastKey = 0

    /// Adds a service; it is started at once when the others have been.
    ///
    /// - Throws: What its start throws; ``ServiceError`` when the server has ended.
    func add(_ service: any StartableService) async throws {
        try await self.settled()
        switch self.phase {
        case .idle, .starting: self.append(service, isStarted: false)
        case .started:
            try await service.start()
            guard case .started = self.phase else {
                await service.stop()
                throw ServiceError(.ended, "\(type(of: service))")
            }
            self.append(service, isStarted: true)
        case .failed, .stopped: throw ServiceError(.ended, "\(type(of: service))")
        }
    }

    /// Adds a service that has been started, for its stop.
    ///
    /// - Returns: A value for ``remove(_:)``; `nil` when the server has ended.
    func adopt(_ service: any StartableService) -> Int? {
        switch self.phase {
        case .idle, .starting, .started: self.append(service, isStarted: true)
        case .failed, .stopped: nil
        }
    }

    /// Forgets a service without stopping it.
    ///
    /// - Returns: Whether it was there, and so has not been stopped.
    func remove(_ key: Int) -> Bool {
        guard let index = self.entries.firstIndex(where: { $0.key == key }) else { return false }
        self.entries.remove(at: index)
        return true
    }

    /// Starts the services, in their order; waits when somebody else is doing it.
    ///
    /// - Throws: What the first of them throws that fails; those before it have been stopped again.
    func start() async throws {
        switch self.phase {
        case .idle: break
        case .starting: return try await self.settled()
        case .started: return
        case .failed(let error): throw error
        case .stopped: throw ServiceError(.ended, "its services")
        }
        self.phase = .starting([])
        do {
            while let index = self.entries.firstIndex(where: { !$0.isStarted }) {
                let entry = self.entries[index]
                try await entry.service.start()
                if let index = self.entries.firstIndex(where: { $0.key == entry.key }) {
                    self.entries[index].isStarted = true
                }
            }
            self.settle(as: .started, .success(()))
        } catch {
            await self.stopStarted()
            self.settle(as: .failed(error), .failure(error))
            throw error
        }
    }

    /// Stops the services in the reverse order.
    func stop() async {
        try? await self.settled()
        self.phase = .stopped
        await self.stopStarted()
    }

    @discardableResult
    private func append(_ service: any StartableService, isStarted: Bool) -> Int {
        self.lastKey += 1
        self.entries.append(Entry(key: self.lastKey, service: service, isStarted: isStarted))
        return self.lastKey
    }

    private func stopStarted() async {
        while let last = self.entries.popLast() {
            if last.isStarted { await last.service.stop() }
        }
    }

    /// Waits while services are being started.
    private func settled() async throws {
        guard case .starting = self.phase else { return }
        try await withCheckedThrowingContinuation { waiter in
            guard case .starting(let waiters) = self.phase else { return waiter.resume() }
            self.phase = .starting(waiters + [waiter])
        }
    }

    private func settle(as next: Phase, _ result: Result<Void, any Error>) {
        guard case .starting(let waiters) = self.phase else { return }
        self.phase = next
        for waiter in waiters { waiter.resume(with: result) }
    }
}
