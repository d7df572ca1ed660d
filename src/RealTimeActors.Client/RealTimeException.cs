using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;

namespace RealTimeActors.Client;

/// <summary>Something that was asked for was refused, or could not be learnt.</summary>
public sealed class RealTimeException : Exception
{
    internal RealTimeException(int code, string message, bool mayBeInLog = false)
        : base(code == 0 ? message : $"{message} ({code})")
    {
        Code = code;
        MayBeInLog = mayBeInLog;
    }

    internal RealTimeException(RejectReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>The contract's code: an error (100 …), an unsubscribe (2000 …) or a close (4000 …); 0: the client itself gave up, see <see cref="Reason"/>.</summary>
    public int Code { get; }

    /// <summary>The code, where it is an error's.</summary>
    public ErrorCode? Error => Code is >= 100 and < 200 ? (ErrorCode)Code : null;

    /// <summary>Why the client did not send it; null where it did.</summary>
    public RejectReason? Reason { get; }

    /// <summary>Of a publish: whether it may be in the log all the same, because an answer was lost. False: it is in no log.</summary>
    public bool MayBeInLog { get; }

    internal static RealTimeException From(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Refused refused => new RealTimeException((int)refused.Code, refused.Message, refused.MayBeInLog),
        RequestOutcome.Rejected rejected => new RealTimeException(rejected.Reason, rejected.Message),
        RequestOutcome.Postponed postponed => new RealTimeException(0, postponed.Message, mayBeInLog: true),
        RequestOutcome.Unresolved unresolved => new RealTimeException(0, unresolved.Message, mayBeInLog: true),
        _ => new RealTimeException(0, $"A {outcome.GetType().Name} came as an answer to something else."),
    };
}
