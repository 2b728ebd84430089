import CometDServer

/// A registered service, as the server stops it.
struct RegisteredService: StartableService {
    let bayeux: BayeuxService
    let annotated: any AnnotatedService

    func stop() async {
        await self.bayeux.close()
        await self.annotated.stop()
    }
}
