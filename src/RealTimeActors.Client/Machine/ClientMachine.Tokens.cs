using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Who the client is: asked of the host when it is needed, and a little before it ends.
public sealed partial class ClientMachine
{
    private static readonly TimeSpan _renewAheadMax = TimeSpan.FromMinutes(1);

    private string? _token;
    private bool _hasToken;

    /// <summary>What the last hello showed.</summary>
    private string? _tokenOfHello;

    /// <summary>When the token is to be replaced, so that the connection outlives it; null: not before the server says so.</summary>
    private TimeSpan? _renewAt;

    /// <summary>Whether the host was asked for a token while the connection goes on.</summary>
    private bool _isRenewing;
    private int _renewAttempt;

    /// <summary>A token came.</summary>
    /// <param name="now">The time.</param>
    /// <param name="token">The token; null: connect without one.</param>
    /// <param name="goodFor">How long it seems to be good, from now on; null: that is not known. Only a hint, for renewing it in time: the server decides.</param>
    public void TokenObtained(TimeSpan now, string? token, TimeSpan? goodFor = null)
    {
        var isRefresh = _isRenewing && _phase == ConnectionPhase.Welcomed;
        KeepToken(now, token, goodFor);
        if (_phase == ConnectionPhase.ObtainingToken)
            Open(now);
        else if (isRefresh && token is not null)
            Request(now, new ClientFrame.Refresh(token) { Id = NextId() });
    }

    /// <summary>None could be had just now: tried again after a pause.</summary>
    public void TokenFailed(TimeSpan now, string reason)
    {
        if (_phase == ConnectionPhase.ObtainingToken)
        {
            Lose(now, null, "No token: " + reason);
        }
        else if (_isRenewing)
        {
            // The present one is still good: the connection has nothing to fear yet.
            _isRenewing = false;
            _renewAt = now + Backoff.Pause(_advice, _renewAttempt++, _chance());
        }
    }

    /// <summary>Authenticates anew on the present connection, and on those to come. Completed by a <see cref="ClientEffect.Complete"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="token">The token.</param>
    /// <param name="goodFor">As in <see cref="TokenObtained"/>.</param>
    public long Refresh(TimeSpan now, string token, TimeSpan? goodFor = null)
    {
        KeepToken(now, token, goodFor);
        return Request(now, new ClientFrame.Refresh(token) { Id = NextId() });
    }

    /// <summary>A token that came between hello and welcome was shown on the connection that this one replaces, or on none.</summary>
    private void ShowNewerToken(TimeSpan now)
    {
        if (_token is null || _token == _tokenOfHello)
            return;

        if (_requests.Find(request => request.Frame is ClientFrame.Refresh refresh && refresh.Token == _token) is { } waiting)
            SendOne(now, waiting);
        else
            Request(now, new ClientFrame.Refresh(_token) { Id = NextId() });
    }

    private void KeepToken(TimeSpan now, string? token, TimeSpan? goodFor)
    {
        _token = token;
        _hasToken = true;
        _isRenewing = false;
        _renewAttempt = 0;

        // A fifth of its time before its end, a minute at most; clients that came together do not renew together.
        _renewAt = null;
        if (_options.UsesTokens && goodFor is { } good && good > TimeSpan.Zero)
        {
            var ahead = good / 5 < _renewAheadMax ? good / 5 : _renewAheadMax;
            _renewAt = now + good - (ahead * (1 + Math.Clamp(_chance(), 0, 1)));
        }
    }

    /// <summary>The server has refused it, or it has ended meanwhile.</summary>
    private void ForgetToken()
    {
        _token = null;
        _hasToken = false;
        _renewAt = null;
        _isRenewing = false;
    }

    private TimeSpan? TokenDeadline => _phase == ConnectionPhase.Welcomed && !_isRenewing ? _renewAt : null;

    private void TickToken(TimeSpan now)
    {
        if (TokenDeadline is not { } due || due > now)
            return;

        _isRenewing = true;
        _renewAt = null;
        Emit(new ClientEffect.ObtainToken());
    }
}
