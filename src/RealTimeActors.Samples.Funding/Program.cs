using RealTimeActors.Client;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Health;
using RealTimeActors.Samples.Funding;

// An ordinary ASP.NET application: grants are opened and raised over HTTP, every change is an event of the channel funding.grants,
// and the list that it shows is a projection of that channel, which follows it as the subscriber "grant-list".
var builder = WebApplication.CreateBuilder(args);
builder.AddRealTimeActors(options => options.Channels.Add(new ChannelRule("funding.>") { RetentionAge = TimeSpan.FromDays(365) }));
builder.Services.AddHealthChecks().AddRealTimeActors();
builder.Services.AddSingleton(services => services.GetRequiredService<IChannels>().Of<GrantEvent>("funding.grants"));
builder.Services.AddSingleton<GrantList>().AddHostedService(services => services.GetRequiredService<GrantList>());

var app = builder.Build();

app.MapPost("/grants/{id}", (string id, decimal amount, IChannel<GrantEvent> grants, CancellationToken stop) =>
    Published(grants.PublishAsync(new GrantEvent.Opened(id, amount), new PublishOptions { Key = id }, stop)));

app.MapPost("/grants/{id}/raise", (string id, decimal by, IChannel<GrantEvent> grants, CancellationToken stop) =>
    Published(grants.PublishAsync(new GrantEvent.Raised(id, by), new PublishOptions { Key = id }, stop)));

// Whoever has just published says after which offset, and sees what he did.
app.MapGet("/grants", (GrantList list, CancellationToken stop, long after = 0) => list.ReadAsync(after, stop));

app.MapHealthChecks("/health");
app.MapRealTimeActors();
app.Run();

static async Task<IResult> Published(Task<Receipt> publish) => Results.Accepted("/grants", new { (await publish).Offset });
