using RealTimeActors.Actors.Tests.Support;

namespace RealTimeActors.Actors.Tests.Kernel;

/// <summary>What an actor can rely on, whatever dispatcher runs it. Each part of the suite is run with every dispatcher.</summary>
public abstract class KernelSuite : IDisposable
{
    private protected KernelSuite(World world) => World = world;

    private protected World World { get; }

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    public void Dispose()
    {
        World.Dispose();
        GC.SuppressFinalize(this);
    }
}
