using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>The same seed gives the same run: without that no failure could be replayed.</summary>
public sealed class DeterminismTests
{
    /// <summary>Two in a hundred of all schedules that are run are run twice (<see cref="Schedules"/>); here it can be seen what differs.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(51)]
    public void Twice_the_same_seed_is_twice_the_same_run(ulong seed)
    {
        var first = Simulation.Run(RunPlan.Draw(seed));
        var second = Simulation.Run(RunPlan.Draw(seed));

        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.LastLines, second.LastLines);
    }

    [Fact]
    public void Another_seed_is_another_run()
    {
        var one = Simulation.Run(RunPlan.Draw(1));
        var other = Simulation.Run(RunPlan.Draw(2));

        Assert.NotEqual(one.TraceHash, other.TraceHash);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    public void To_be_measured_changes_nothing(ulong seed)
    {
        var heard = 0;
        using var meter = new Meter(EngineMeters.Name);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, meter))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => heard++);
        listener.Start();

        var measured = Simulation.Run(RunPlan.Draw(seed) with { Meters = new EngineMeters(meter) });
        var unmeasured = Simulation.Run(RunPlan.Draw(seed));

        Assert.NotEqual(0, heard);
        Assert.Equal(unmeasured.TraceHash, measured.TraceHash);
        Assert.Equal(unmeasured.LastLines, measured.LastLines);
    }

    [Fact]
    public void Another_process_makes_the_same_run_of_the_same_seed()
    {
        const ulong Seed = 7;
        var here = Simulation.Run(RunPlan.Draw(Seed));

        var there = RunInAnotherProcess(Seed);

        Assert.Contains($"Seed {Seed}: trace {here.TraceHash:x16}", there, StringComparison.Ordinal);
    }

    private static string RunInAnotherProcess(ulong seed)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(Simulation).Assembly.Location);
        start.ArgumentList.Add("--seed");
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The other process did not start.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
