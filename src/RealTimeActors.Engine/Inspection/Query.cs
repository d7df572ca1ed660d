using RealTimeActors.Actors;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Inspection;

/// <summary>One question about the node: asks around, answers once and stops, in time whatever happens.</summary>
internal abstract class Query(InspectionServices services, IActorRef<InspectionReply> replyTo) : Actor<object>
{
    private static readonly object _timeIsUp = new();

    protected InspectionServices Services { get; } = services;

    /// <summary>The edges of all nodes, as they were when it was asked.</summary>
    protected IReadOnlyList<IActorRef<object>> Edges { get; } = services.Edges.Everywhere();

    protected override void OnStart()
    {
        Context.StartTimer(_timeIsUp, InspectionLimits.Within, _timeIsUp);
        Begin();
    }

    protected sealed override void Receive(object message)
    {
        if (ReferenceEquals(message, _timeIsUp))
            OnTimeIsUp();
        else
            OnAnswer(message);
    }

    /// <summary>Asks.</summary>
    protected abstract void Begin();

    /// <summary>Something that was asked for has come.</summary>
    protected abstract void OnAnswer(object message);

    /// <summary>Not everything has come: answer with what is there, or say that it could not be learnt.</summary>
    protected virtual void OnTimeIsUp() =>
        Refuse(ErrorCode.Timeout, $"Not everything that was asked answered within {InspectionLimits.Within.TotalSeconds} s; ask again.");

    protected void Finish(InspectionReply reply)
    {
        replyTo.Tell(reply);
        Context.Stop(Self);
    }

    /// <summary>Nobody could be asked about a session: that is not to say that there is none.</summary>
    protected void RefuseNotKnown(string sessionId, string reason) => Refuse(ErrorCode.Overloaded, $"It cannot be told just now whether there is a session {sessionId}: {reason}. Ask again.");

    protected void Refuse(ErrorCode code, string message) => Finish(new InspectionReply.Refused(code, message));
}
