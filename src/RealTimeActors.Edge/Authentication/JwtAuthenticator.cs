using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Authentication.Jwks;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Finds out who a JWT belongs to. Signatures are checked beside the caller, by at most half of the cores: a flood of bad tokens leaves the others to the rest.</summary>
public sealed partial class JwtAuthenticator : IAuthenticator, IAsyncDisposable
{
    /// <summary>Tokens that wait to be checked. Beyond it a token is put off.</summary>
    internal const int WaitingMax = 4_096;

    /// <summary>Tokens that wait for keys. Each is let go within <see cref="JwtOptions.JwksTimeout"/>.</summary>
    internal const int WaitingForKeysMax = 1_024;

    private const string Busy = "More tokens wait to be checked than can be; try again in a moment.";
    private const string NoKeys = "The keys that the token is to be checked with cannot be had just now; try again in a moment.";

    private readonly JwtVerifier _verifier;
    private readonly JwksKeys _keys;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly VerifiedTokens _verified = new();
    private readonly Channel<PendingCheck> _waiting;
    private readonly Task[] _workers;
    private int _waitingForKeys;

    /// <summary>Begins to fetch keys where there are some to fetch; without them it starts all the same.</summary>
    public JwtAuthenticator(JwtOptions options, TimeProvider time, ILogger<JwtAuthenticator> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _verifier = new JwtVerifier(options);
        _time = time;
        _log = log;
        _keys = new JwksKeys(options, time, log);
        // A write that finds no room fails at once and is answered.
        _waiting = Channel.CreateBounded<PendingCheck>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.Wait });
        _keys.Start();
        _workers = [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => Task.Run(WorkAsync))];
    }

    /// <inheritdoc/>
    public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo)
    {
        var check = new PendingCheck(token ?? "", tag, replyTo);
        if (check.Token.Length > TokenParts.TokenCharsMax)
            Answer(check, new JwtVerdict.Refused($"A token has at most {TokenParts.TokenCharsMax} characters."));
        else if (_verified.Find(check.Token) is { } seen && _keys.Current.Has(seen.Key))
            Answer(check, _verifier.Judge(seen, _time.GetUtcNow()));
        else if (!_waiting.Writer.TryWrite(check))
            check.PutOff(Busy);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _keys.DisposeAsync();
        await Task.WhenAll(_workers);
    }

    private async Task WorkAsync()
    {
        await foreach (var check in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                Check(check);
            }
            catch (Exception fault)
            {
                // Nothing that comes from outside gets here; whoever waits is answered all the same.
                CheckFailed(_log, fault);
                check.PutOff("The token could not be checked; the server's log says why.");
            }
        }
    }

    private void Check(PendingCheck check)
    {
        var verdict = _verifier.Verify(check.Token, _keys.Current, _time.GetUtcNow());
        if (verdict is not JwtVerdict.KeyMissing missing)
        {
            if (verdict is JwtVerdict.Good good)
                _verified.Add(check.Token, good.Token);

            Answer(check, verdict);
        }
        else if (!_keys.CanAsk || check.Keys is KeysAnswer.Fresh)
        {
            Answer(check, new JwtVerdict.Refused(missing.Reason));
        }
        else if (check.Keys is KeysAnswer.Unreachable)
        {
            check.PutOff(NoKeys);
        }
        else if (Interlocked.Increment(ref _waitingForKeys) <= WaitingForKeysMax)
        {
            _ = CheckAgainAsync(check);
        }
        else
        {
            Interlocked.Decrement(ref _waitingForKeys);
            check.PutOff(NoKeys);
        }
    }

    private async Task CheckAgainAsync(PendingCheck check)
    {
        var answer = await _keys.AskAsync();
        Interlocked.Decrement(ref _waitingForKeys);
        if (!_waiting.Writer.TryWrite(check with { Keys = answer }))
            check.PutOff(Busy);
    }

    private void Answer(PendingCheck check, JwtVerdict verdict)
    {
        switch (verdict)
        {
            case JwtVerdict.Good good:
                check.Accept(good.Token.Identity);
                break;
            case JwtVerdict.Refused refused:
                TokenRejected(_log, refused.Reason);
                check.Reject(refused.Reason, refused.IsExpired);
                break;
        }
    }

    // The reason tells what was expected, and nothing of what came.
    [LoggerMessage(EventId = 2211, Level = LogLevel.Debug, Message = "A token was rejected: {Reason}")]
    private static partial void TokenRejected(ILogger log, string reason);

    [LoggerMessage(EventId = 2212, Level = LogLevel.Error, Message = "A token could not be checked")]
    private static partial void CheckFailed(ILogger log, Exception fault);
}
