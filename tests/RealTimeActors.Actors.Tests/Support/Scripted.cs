namespace RealTimeActors.Actors.Tests.Support;

/// <summary>
/// Does what the message says and tells the probe what happened to it. Words: "fail", "stop", "stash X", "unstash", "watch child", "spawn NAME", "to NAME X"
/// (tells a child), "stop NAME", "unhandled"; everything else is reported as it is.
/// </summary>
internal sealed class Scripted(IActorRef<string> probe, ActorOptions? childOptions = null) : Actor<string>
{
    private readonly Dictionary<string, IActorRef<string>> _children = [];
    private int _handled;

    protected internal override void OnStart() => probe.Tell("started");

    protected internal override void OnStop() => probe.Tell("stopped");

    protected internal override void OnSignal(Signal signal) =>
        probe.Tell(signal is Signal.Terminated terminated ? $"terminated {terminated.Actor.Path}" : signal.GetType().Name);

    protected internal override void Receive(string message)
    {
        var words = message.Split(' ', 3);
        _handled++;
        switch (words[0])
        {
            case "fail":
                throw new InvalidOperationException(message);
            case "count":
                probe.Tell($"count {_handled}");
                break;
            case "stop" when words.Length == 1:
                Context.Stop(Self);
                break;
            case "stop":
                Context.Stop(_children[words[1]]);
                break;
            case "stash":
                probe.Tell(Context.Stash(words[1]) ? $"stashed {words[1]}" : $"no room for {words[1]}");
                break;
            case "unstash":
                Context.UnstashAll();
                break;
            case "unhandled":
                Context.Unhandled(message);
                break;
            case "spawn":
                _children[words[1]] = Context.Spawn(words[1], () => new Scripted(probe, childOptions), childOptions);
                break;
            case "watch":
                Context.Watch(_children[words[1]]);
                probe.Tell(message);
                break;
            case "unwatch":
                Context.Unwatch(_children[words[1]]);
                probe.Tell(message);
                break;
            case "to":
                _children[words[1]].Tell(words[2]);
                break;
            case "idle":
                Context.SetIdleTimeout(words[1] == "never" ? null : TimeSpan.FromSeconds(int.Parse(words[1])));
                probe.Tell(message);
                break;
            case "timer":
                Context.StartTimer("key", TimeSpan.FromSeconds(int.Parse(words[1])), words[2]);
                probe.Tell(message);
                break;
            case "every":
                Context.StartPeriodicTimer("key", TimeSpan.FromSeconds(int.Parse(words[1])), words[2]);
                probe.Tell(message);
                break;
            case "cancel":
                Context.CancelTimer("key");
                probe.Tell(message);
                break;
            default:
                probe.Tell(message);
                break;
        }
    }
}
