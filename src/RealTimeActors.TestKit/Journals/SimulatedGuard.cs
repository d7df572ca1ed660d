using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.TestKit.Journals;

/// <summary>What a write on a shared disk counts under, and who wants to know what becomes of it.</summary>
internal abstract class SimulatedGuard
{
    /// <summary>Whether a write may be carried out now.</summary>
    internal abstract bool Holds { get; }

    internal abstract void Asked();

    internal abstract void Answered(TimeSpan after);

    internal abstract void CarriedOut(StreamId stream);

    internal abstract void Refused();
}
