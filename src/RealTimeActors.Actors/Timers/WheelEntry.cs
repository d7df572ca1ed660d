namespace RealTimeActors.Actors.Timers;

/// <summary>Something that becomes due once. It may be started again afterwards.</summary>
internal abstract class WheelEntry
{
    /// <summary>The tick at which it is due, meaningful while it is in the wheel and until it is started again.</summary>
    internal long Due { get; set; }

    /// <summary>Among those due at the same tick, the one started first comes first.</summary>
    internal long Sequence { get; set; }

    /// <summary>Where it is in the wheel, -1 when it is not.</summary>
    internal int Slot { get; set; } = -1;

    internal WheelEntry? Previous { get; set; }

    internal WheelEntry? Next { get; set; }

    /// <summary>Its time has come. Called outside the wheel's gate, from wherever the time door calls back.</summary>
    internal abstract void OnDue();
}
