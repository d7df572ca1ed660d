using System.CommandLine;
using System.Globalization;
using RealTimeActors.Client;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>The options of <c>realtime publish --confirm delivered</c>: whose acks are waited for, and for how long.</summary>
internal sealed class PublishDelivery
{
    private const int DefaultSeconds = 10;
    private const int SecondsMax = 300;

    private readonly Option<long?> _count = new("--delivered-count") { Description = "With --confirm delivered: acks of so many sessions are enough. Absent: of all that are online.", HelpName = "N" };
    private readonly Option<double?> _within = new("--delivered-within") { Description = $"With --confirm delivered: how many seconds to wait for acks, up to {SecondsMax}; default {DefaultSeconds}. What is not delivered by then is on disk all the same; the exit code is 1.", HelpName = "SECONDS" };
    private readonly Option<bool> _missing = new("--missing") { Description = "With --confirm delivered: names the sessions that have not acked." };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _count, _within, _missing })
            command.Add(option);
    }

    /// <exception cref="CommandException">One of them is not what is expected, or nothing is waited for.</exception>
    internal PublishOptions Read(ParseResult parsed, Confirm confirm)
    {
        var (count, within, missing) = (parsed.GetValue(_count), parsed.GetValue(_within), parsed.GetValue(_missing));
        if (confirm != Confirm.Delivered)
        {
            return count is null && within is null && !missing
                ? new PublishOptions { Confirm = confirm }
                : throw new CommandException("--delivered-count, --delivered-within and --missing are about acks, which only --confirm delivered waits for.");
        }

        if (count < 1)
            throw new CommandException($"--delivered-count: a number above 0 is expected; {count} came.");

        if (within is < 0.001 or > SecondsMax or double.NaN)
            throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"--delivered-within: seconds from 0.001 to {SecondsMax} are expected; {within} came."));

        return new PublishOptions
        {
            Confirm = confirm,
            DeliveredCount = count,
            DeliveredTimeout = TimeSpan.FromMilliseconds(Math.Round((within ?? DefaultSeconds) * 1_000)),
            DeliveredMissing = missing,
        };
    }

    /// <summary>The same for <c>POST …/events</c>.</summary>
    internal static string Query(PublishOptions options)
    {
        var query = $"?confirm={options.Confirm.ToString().ToLowerInvariant()}";
        if (options.DeliveredCount is { } count)
            query += string.Create(CultureInfo.InvariantCulture, $"&count={count}");
        if (options.DeliveredTimeout is { } within)
            query += string.Create(CultureInfo.InvariantCulture, $"&timeoutMs={(long)within.TotalMilliseconds}");

        return options.DeliveredMissing ? $"{query}&missing=true" : query;
    }
}
