using System.Diagnostics;
using RealTimeActors.Client;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Publishes over WebSocket with the .NET client, which knows several nodes and says by itself again what was not answered.</summary>
internal sealed class ClientPublisher : LoadPublisher
{
    private readonly RealTimeClient _client;

    internal ClientPublisher(string name, string channel, TimeSpan every, Judgement judgement, IEnumerable<Uri> nodes, string token)
        : base(name, channel, every, judgement)
    {
        _client = new RealTimeClient(new RealTimeClientOptions
        {
            Endpoints = [.. nodes],
            ClientName = "hammer/1",
            Token = _ => ValueTask.FromResult<string?>(token),
            ConnectWithin = TimeSpan.FromSeconds(1),
            StateChanged = change => Refused($"{change.State}: {change.Reason}"),
        });
    }

    internal Task ConnectAsync() => _client.ConnectAsync();

    public override async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<Acknowledged?> PublishAsync(int number, byte[] data)
    {
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                var receipt = await _client.PublishJsonAsync(Channel, "numbered", data);
                Succeeded(began);
                return new Acknowledged(number, receipt.Epoch, receipt.Offset, Convert.ToHexStringLower(receipt.Hash.Span));
            }
            catch (RealTimeException refused)
            {
                // The client has tried for long, and gives up. What may be in the log cannot be said again: it would be another publish.
                Refused(refused.Message);
                if (refused.MayBeInLog)
                    return null;
            }
        }
    }
}
