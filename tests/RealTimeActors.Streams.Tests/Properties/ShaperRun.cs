namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>Does the same with the shaper and with its model, and compares all there is to see after every step.</summary>
internal sealed class ShaperRun
{
    private readonly ShapeSettings _settings;
    private readonly Shaper<string> _shaper;
    private readonly ShaperModel _model;
    private readonly long[] _lastOfLane = new long[Lanes.Count];
    private readonly HashSet<long> _used = [];

    private ShaperRun(ShapeSettings settings)
    {
        _settings = settings;
        _shaper = Shaper<string>.Create(settings);
        _model = new ShaperModel(settings);
    }

    /// <summary>A time at which something ends and begins, to be met at its edges.</summary>
    public long NowUnixMs { get; private set; } = 1_000_000;

    public int DebouncedCount => _model.DebouncedCount;

    public Shaper<string> Shaper => _shaper;

    public List<Element<string>> Pushed { get; } = [];

    /// <summary>What was given up of that. It may be what others gave way to.</summary>
    public List<Element<string>> GivenUp { get; } = [];

    public List<(Element<string> Element, long AtUnixMs)> Written { get; } = [];

    public static ShaperRun Of(ShaperScript script)
    {
        var run = new ShaperRun(script.Settings);
        foreach (var action in script.Actions)
            run.Do(action);

        return run;
    }

    public void Do(ShaperAction action)
    {
        switch (action)
        {
            case ShaperAction.Push push: Push(push); break;
            case ShaperAction.Wait wait: NowUnixMs += wait.Ms; break;
            case ShaperAction.Write write: Write(write.Max); break;
            case ShaperAction.WriteOf write: WriteOne(write.Lane); break;
            case ShaperAction.Flush: Flush(); break;
            case ShaperAction.GiveUp: GiveUp(); break;
        }

        Assert.Equal(_model.Count, _shaper.Count);
        Assert.Equal(_model.Bytes, _shaper.Bytes);
        Assert.Equal(_model.Counts, _shaper.Counts);
        Assert.Equal(_model.HasRoom, _shaper.HasRoom);
        Assert.Equal(_model.HeldOffsets, _shaper.HeldOffsets());
        Assert.All(_model.HeldOffsets, offset => Assert.True(_shaper.Holds(offset)));
    }

    /// <summary>Writes all that may leave now.</summary>
    public int Write(int max = int.MaxValue)
    {
        var written = 0;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            while (written < max && WriteOne(lane))
                written++;
        }

        return written;
    }

    /// <summary>Waits until the shaper says that there is more; false: it says never.</summary>
    public bool WaitUntilDue()
    {
        if (_shaper.DueUnixMs(NowUnixMs) is not { } due)
            return false;

        Assert.True(due > NowUnixMs, $"Due at {due}, asked at {NowUnixMs}.");
        NowUnixMs = due;
        return true;
    }

    public bool MayLeaveNow(long atUnixMs)
    {
        var may = false;
        for (var lane = 0; lane < Lanes.Count; lane++)
            may |= Same(lane, atUnixMs) is not null;

        return may;
    }

    private void Push(ShaperAction.Push push)
    {
        if (!_shaper.HasRoom)
            return;

        var offset = (_settings.InOrder ? _lastOfLane.Max() : _lastOfLane[push.Lane]) + 1 + push.Jump;
        while (!_used.Add(offset))
            offset++;

        _lastOfLane[push.Lane] = offset;
        var expires = push.LivesMs is { } lives ? NowUnixMs + lives : long.MaxValue;
        var element = new Element<string>(offset, push.Lane, push.Type, push.Key, push.Bytes, expires, $"#{offset}");
        Pushed.Add(element);
        _model.Push(element, NowUnixMs);
        _shaper.Push(element, NowUnixMs);
    }

    private bool WriteOne(int lane)
    {
        if (Same(lane, NowUnixMs) is not { } element)
            return false;

        _model.Take(element.Offset, NowUnixMs);
        _shaper.Take(lane, NowUnixMs);
        Written.Add((element, NowUnixMs));
        return true;
    }

    private Element<string>? Same(int lane, long atUnixMs)
    {
        var expected = _model.Peek(lane, atUnixMs);
        Element<string>? actual = _shaper.TryPeek(lane, atUnixMs, out var element) ? element : null;
        Assert.Equal(expected, actual);
        return actual;
    }

    private void GiveUp()
    {
        _ = MayLeaveNow(NowUnixMs);
        GivenUp.AddRange(Pushed.Where(element => _shaper.Holds(element.Offset)));
        _model.GiveUp();
        _shaper.GiveUp();
    }

    private void Flush()
    {
        // Nobody knows what time it is without being told: the model least of all.
        _ = MayLeaveNow(NowUnixMs);
        _model.Flush();
        _shaper.Flush();
    }
}
