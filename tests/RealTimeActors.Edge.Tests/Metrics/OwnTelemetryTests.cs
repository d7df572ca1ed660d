using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed class OwnTelemetryTests
{
    [Fact]
    public async Task An_application_with_telemetry_of_its_own_adds_meter_and_source_by_their_name()
    {
        var channel = $"own-{Guid.NewGuid():N}";
        var published = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var followed = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RealServer.StartAsync("realtime.telemetry.metrics=false");

        // Other servers of this process count meanwhile, too.
        var own = server.Services.GetRequiredService<IMeterFactory>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == EngineMeters.Name && ReferenceEquals(instrument.Meter.Scope, own) && instrument.Name == "realtime.events.published")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            if (value > 0)
                published.TrySetResult(value);
        });
        meters.Start();
        using var sources = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineMeters.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("realtime.channel"), channel))
                    followed.TrySetResult(activity);
            },
        };
        ActivitySource.AddActivityListener(sources);

        using var body = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json");
        using var response = await server.Http.PostAsync(new Uri($"/v1/channels/{channel}/events", UriKind.Relative), body);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(1, await published.Task.WaitAsync(Patience.Limit));
        Assert.Equal(["decided", "durable", "fanned out"], (await followed.Task.WaitAsync(Patience.Limit)).Events.Select(mark => mark.Name));
    }
}
