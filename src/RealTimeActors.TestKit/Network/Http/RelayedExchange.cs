using RealTimeActors.Engine.Relays;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A request that came to another node: its answer goes there.</summary>
internal sealed class RelayedExchange : IServerExchange
{
    /// <summary>A slow client is slow here, too.</summary>
    private const int UnwrittenMax = 4_096;

    private readonly RelayedAnswer _answer;
    private int _unwritten;

    internal RelayedExchange(RelayedAnswer answer)
    {
        _answer = answer;
        answer.Written = OnWritten;
        answer.Abandoned = () =>
        {
            IsClientDone = true;
            OnAborted?.Invoke();
        };
    }

    public bool IsClientDone { get; private set; }

    public bool HasRoom => IsClientDone || _unwritten < UnwrittenMax;

    public Action? OnAborted { get; set; }

    public Action? OnDrained { get; set; }

    public void Head(HttpHead head) => _answer.Head(HeadFields.Of(head));

    public void Body(byte[] bytes)
    {
        _unwritten += bytes.Length;
        _answer.Write(bytes);
    }

    public void End() => _answer.End();

    public void Break() => _answer.Break();

    private void OnWritten(int bytes)
    {
        _unwritten -= bytes;
        if (!HasRoom)
            return;

        var drained = OnDrained;
        OnDrained = null;
        drained?.Invoke();
    }
}
