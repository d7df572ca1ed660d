using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Access;

/// <summary>Reads who was put out once, on any node, and judges what it was asked before it had read. It writes nothing.</summary>
internal sealed class RevocationsReader(IJournal journal, EngineOptions options) : RevocationsLog(journal, options)
{
    protected override void OnCommand(UserCommand command) => Judge((UserCommand.Judge)command);

    protected override void OnCommitted(IReadOnlyList<RevocationEvent> events) => throw Wrote(events.Count);

    protected override void OnLost(IReadOnlyList<RevocationEvent> events, bool isUnknown, JournalFault? fault, string message) => throw Wrote(events.Count);

    private static InvalidOperationException Wrote(int events) => new($"Who only reads the revocations writes none of them; {events} were written.");
}
