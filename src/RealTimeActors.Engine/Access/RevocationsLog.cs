using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Access;

/// <summary>Who was put out, as the journal has it, and the verdict on tokens that are good. What is asked meanwhile waits until that is known.</summary>
internal abstract class RevocationsLog(IJournal journal, EngineOptions options)
    : EventSourcedActor<UserCommand, RevocationEvent, Revocations>(journal, new StreamId("$revocations"), options.EventSourcing)
{
    protected EngineOptions Options { get; } = options;

    protected long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override Revocations CreateState(JournalReply.Loaded loaded) => new();

    protected override void Apply(Revocations state, RevocationEvent @event) => state.Apply(@event);

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<RevocationEvent> events) => RevocationFormat.Write(events);

    protected override IReadOnlyList<RevocationEvent> ReadRow(JournalRow row) => RevocationFormat.Read(row.Payload);

    protected override ReadOnlyMemory<byte> WriteSnapshot(Revocations state) => RevocationFormat.Write(state.All);

    protected override Revocations ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded)
    {
        var state = new Revocations();
        foreach (var e in RevocationFormat.Read(payload))
            state.Apply(e);

        return state;
    }

    protected void Judge(UserCommand.Judge judge) => judge.ReplyTo.Tell(VerdictOn(judge.Accepted));

    private AuthenticationReply VerdictOn(AuthenticationReply.Accepted accepted)
    {
        if (accepted.Identity.User is { Length: > Identity.UserCharsMax } user)
            return new AuthenticationReply.Rejected(accepted.Tag, $"A user's name has at most {Identity.UserCharsMax} characters; that of the token has {user.Length}.");

        return State.IsRevoked(accepted.Identity, NowUnixMs)
            ? new AuthenticationReply.Rejected(accepted.Tag, "the token was revoked; a newer one is needed") { IsRevoked = true }
            : accepted;
    }
}
