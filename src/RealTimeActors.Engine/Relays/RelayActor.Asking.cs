using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine.Relays;

/// <content>Requests that came here for connections of other nodes.</content>
internal sealed partial class RelayActor
{
    private readonly SortedDictionary<long, RelayCall> _calls = [];
    private long _lastCall;
    private long _untakenBytes;

    private void OnAsk(RelayCall call, RelayedRequest request)
    {
        var bytes = request is RelayedRequest.Up up ? up.Lines.Length : 0;
        if (_calls.Count >= options.RequestsMax || (_untakenBytes > 0 && _untakenBytes + bytes > options.RequestBytesMax))
        {
            call.IsOver = true;
            figures.CountAsked(RelayRefusal.Busy);
            call.NotTaken(RelayRefusal.Busy);
            return;
        }

        (call.Number, call.UntakenBytes, call.IsAsking, call.Since) = (++_lastCall, bytes, true, Now);
        _untakenBytes += bytes;
        _calls.Add(call.Number, call);
        figures.Asking = _calls.Count;
        call.Home.Tell(new RelayCommand.Begin(others.Self, call.Number, request, call, address));
        LookOut();
    }

    private void OnReply(RelayCall call, RelayReply reply)
    {
        if (call.IsOver)
            return;

        call.IsAsking = false;
        Taken(call);
        switch (reply)
        {
            case RelayReply.Part part:
                OnPart(call, part);
                break;
            case RelayReply.NotTaken notTaken:
                Fail(call, notTaken.Why);
                break;
            case RelayReply.Lost lost:
                Fail(call, lost.MayBeTaken ? RelayRefusal.Unknown : RelayRefusal.OutOfReach);
                break;
        }
    }

    private void OnPart(RelayCall call, RelayReply.Part part)
    {
        if (part.Head is { } head)
        {
            call.HasBegun = true;
            call.Began(head);
        }

        if (!part.Bytes.IsEmpty)
        {
            (call.IsUnwritten, call.Since) = (true, Now);
            figures.BytesReceived += part.Bytes.Length;
            call.Came(part.Bytes);
        }

        switch (part.State)
        {
            case RelayState.Ended:
                Remove(call);
                figures.CountAsked(RelayOutcome.Answered);
                call.Ended();
                break;
            case RelayState.Broken:
                Fail(call, RelayRefusal.Unknown);
                break;
            case RelayState.More when !call.IsUnwritten:
                AskNext(call);
                break;
        }
    }

    private void OnWritten(RelayCall call)
    {
        if (call.IsOver || !call.IsUnwritten)
            return;

        call.IsUnwritten = false;
        if (call.IsAsking)
            call.Home.Tell(new RelayCommand.Wrote(others.Self, call.Number));
        else
            AskNext(call);
    }

    private void OnGivenUp(RelayCall call)
    {
        if (call.IsOver)
            return;

        Remove(call);
        figures.CountAsked(RelayOutcome.GivenUp);
        call.Home.Tell(new RelayCommand.GiveUp(others.Self, call.Number));
    }

    private void LookAtCalls()
    {
        foreach (var call in _calls.Values.ToArray())
        {
            if (call.IsAsking && HasPassed(options.SilenceMax, call.Since))
            {
                call.Home.Tell(new RelayCommand.GiveUp(others.Self, call.Number));
                Fail(call, RelayRefusal.Unknown);
            }
            else if (!call.IsAsking && HasPassed(options.SlowAfter, call.Since))
            {
                AskNext(call);
            }
        }
    }

    private void AskNext(RelayCall call)
    {
        (call.IsAsking, call.Since) = (true, Now);
        call.Home.Tell(new RelayCommand.Next(others.Self, call.Number, !call.IsUnwritten, call, address));
    }

    private void Fail(RelayCall call, RelayRefusal why)
    {
        Remove(call);
        if (call.HasBegun)
        {
            figures.CountAsked(RelayOutcome.Broken);
            call.Broke();
        }
        else
        {
            figures.CountAsked(why);
            call.NotTaken(why);
        }
    }

    private void Remove(RelayCall call)
    {
        Taken(call);
        call.IsOver = true;
        _calls.Remove(call.Number);
        figures.Asking = _calls.Count;
    }

    private void Taken(RelayCall call)
    {
        _untakenBytes -= call.UntakenBytes;
        call.UntakenBytes = 0;
    }
}
