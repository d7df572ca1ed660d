using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Client.Transport;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Running;

/// <summary>
/// Owns the machine: takes one input after the other, and carries out what the machine wants done. Everything else talks to it through its inputs.
/// </summary>
/// <remarks>It waits for nobody but the session store, so whoever waits for room among its inputs is let on: the transport's reader (the server feels
/// it), handlers, callers.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Ended, and disposed of, by StopAsync, which says how.")]
internal sealed partial class ClientLoop
{
    private readonly RealTimeClientOptions _options;
    private readonly ClientMachine _machine;
    private readonly Channel<ClientInput> _inputs = Channel.CreateBounded<ClientInput>(new BoundedChannelOptions(InputsMax) { SingleReader = true });
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly HashSet<IFollower> _subscriptions = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private readonly Task _run;
    private TimeSpan? _armedFor;

    /// <summary>One, or two while one takes the other's place.</summary>
    private readonly List<ILink> _links = [];
    private volatile ClientState _state;
    private volatile SessionTicket? _session;
    private volatile string? _trouble;

    internal ClientLoop(RealTimeClientOptions options, SessionTicket? session, KeptMutations? mutations)
    {
        _options = options;
        _session = session;
        _keeper = options.MutationStore is { } store ? new MutationKeeper(store, this) : null;
        _machine = new ClientMachine(options.ForMachine(session, mutations), RandomNumberGenerator.GetBytes(16), Random.Shared.NextDouble);
        _startedAt = options.TimeProvider.GetTimestamp();
        _timer = options.TimeProvider.CreateTimer(_ => _inputs.Writer.TryWrite(new ClientInput(InputKind.Tick)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _run = Task.Run(RunAsync);
    }

    internal ClientState State => _state;
    internal SessionTicket? Session => _session;
    internal string? Trouble => _trouble;

    /// <summary>Ends with the first welcome; fails when the client is closed before.</summary>
    internal Task Connected => _connected.Task;

    /// <summary>Ends when the client is closed, in whatever way; fails with an error of ours, of a callback or of the session store.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Tells the loop something. After the loop has ended nobody listens: false.</summary>
    internal async ValueTask<bool> PostAsync(ClientInput input, CancellationToken cancellationToken = default)
    {
        if (_inputs.Writer.TryWrite(input))
            return true;

        while (await _inputs.Writer.WaitToWriteAsync(cancellationToken))
        {
            if (_inputs.Writer.TryWrite(input))
                return true;
        }

        return false;
    }

    /// <summary>Asks for something and awaits how it ends. Cancelling withdraws it.</summary>
    internal async Task<RequestOutcome> CallAsync(ClientFrame frame, CancellationToken cancellationToken)
    {
        var call = new PendingCall(frame);
        if (!await PostAsync(new ClientInput(InputKind.Call, call), cancellationToken))
            return new RequestOutcome.Rejected(RejectReason.Closed, "The client is closed.");

        try
        {
            return await call.Outcome.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await PostAsync(new ClientInput(InputKind.Withdraw, call), CancellationToken.None);
            throw;
        }
    }

    internal async Task StopAsync(bool keepSession)
    {
        await PostAsync(new ClientInput(InputKind.Close, keepSession));
        await Task.WhenAny(_closed.Task);
        await _stop.CancelAsync();

        // What is over is told when the store has let go of it, which it does now.
        if (_keeper is not null)
            await _keeper.StopAsync();
        _inputs.Writer.TryComplete();
        await _run;
        await SaveStatesAsync();
        await _timer.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _inputs.Reader.WaitToReadAsync())
            {
                // What has gathered is dealt with together, so that what it causes leaves in one message.
                for (var i = 0; i < InputsTogether && _inputs.Reader.TryRead(out var input); i++)
                {
                    Take(Now, input);
                    await CarryOutAsync();
                }

                var now = Now;
                if (_machine.NextDeadline <= now)
                {
                    _machine.Tick(now);
                    await CarryOutAsync();
                }

                foreach (var link in _links)
                    link.Flush();
                Arm(now);
            }
        }
        catch (Exception fault)
        {
            // An error of ours or of a callback: nothing that waits may wait for ever.
            Abandon(fault);
        }
    }

    private TimeSpan Now => _options.TimeProvider.GetElapsedTime(_startedAt);

    private void Take(TimeSpan now, ClientInput input)
    {
        switch (input.Kind)
        {
            case InputKind.Received:
                foreach (var frame in (List<ServerFrame>)input.Subject!)
                    _machine.Received(now, input.Connection, frame);
                break;
            case InputKind.Handled: _machine.Handled(now, (ClientEffect.Deliver)input.Subject!); break;
            case InputKind.Released: _machine.Released(now, (ClientEffect.Deliver)input.Subject!); break;
            case InputKind.Acknowledge: _machine.Acknowledge(now, (ClientEffect.Deliver)input.Subject!); break;
            case InputKind.Nack: _machine.Nack(now, (ClientEffect.Deliver)input.Subject!, input.Text); break;
            case InputKind.Call: Call(now, (PendingCall)input.Subject!); break;
            case InputKind.Withdraw: _machine.Withdraw(now, ((PendingCall)input.Subject!).Request); break;
            case InputKind.Subscribe: Subscribe(now, (IFollower)input.Subject!); break;
            case InputKind.Unsubscribe: Unsubscribe(now, (IFollower)input.Subject!); break;
            case InputKind.Edit: Edit(now, (EditCall)input.Subject!); break;
            case InputKind.MutationsWritten: MutationsWritten(now, (List<MutationRecord>)input.Subject!); break;
            case InputKind.MutationsNotWritten: MutationsNotWritten(now, (List<MutationRecord>)input.Subject!, input.Text!); break;
            case InputKind.WatchPresence: WatchPresence((ChannelPresence)input.Subject!); break;
            case InputKind.UnwatchPresence: UnwatchPresence((ChannelPresence)input.Subject!); break;
            case InputKind.Tick: _armedFor = null; break;
            case InputKind.Opened: _machine.Opened(now, input.Connection); break;
            case InputKind.Disconnected: Disconnected(now, input); break;
            case InputKind.TokenObtained: _machine.TokenObtained(now, input.Text, GoodFor(input.Text)); break;
            case InputKind.TokenFailed: _machine.TokenFailed(now, input.Text!); break;
            case InputKind.Start: _machine.Start(now); break;
            case InputKind.Close: _machine.Close(now, (bool)input.Subject!); break;
        }
    }

    private void Disconnected(TimeSpan now, ClientInput input)
    {
        _links.RemoveAll(link => link.Connection == input.Connection);
        _machine.Disconnected(now, input.Connection, input.Code, input.Text ?? "");
    }

    private void Call(TimeSpan now, PendingCall call)
    {
        call.Request = call.Frame switch
        {
            ClientFrame.Publish publish => _machine.Publish(now, publish),
            ClientFrame.Read read => _machine.Read(now, read),
            ClientFrame.Presence { Leave: true } presence => _machine.Leave(now, presence.Channel),
            ClientFrame.Presence presence => _machine.Enter(now, presence.Channel, presence.State),
            ClientFrame.Refresh refresh => _machine.Refresh(now, refresh.Token, GoodFor(refresh.Token)),
            _ => throw new InvalidOperationException($"A publish, a read, a refresh or a presence was expected; {call.Frame.GetType().Name} came."),
        };
        _calls.Add(call.Request, call);
    }

    private TimeSpan? GoodFor(string? token) => TokenHint.GoodFor(token, _options.TimeProvider.GetUtcNow());

    private void Subscribe(TimeSpan now, IFollower subscription)
    {
        try
        {
            subscription.Begin(_machine, now);
            _subscriptions.Add(subscription);
        }
        catch (InvalidOperationException refusal)
        {
            subscription.Fail(refusal);
        }
    }

    private void Unsubscribe(TimeSpan now, IFollower subscription)
    {
        if (subscription.Inner is null || !_subscriptions.Remove(subscription))
            return;

        _machine.Unsubscribe(now, subscription.Inner);
        subscription.End();
    }

    private void Arm(TimeSpan now)
    {
        if (_machine.NextDeadline is not { } next || _armedFor <= next)
            return;

        // Rounded up: a timer that fires a little too early finds nothing due.
        _armedFor = next;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((next - now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private const int InputsMax = 4_096;
    private const int InputsTogether = 512;
}
