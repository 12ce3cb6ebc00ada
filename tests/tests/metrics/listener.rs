//! The address of the metrics: what it answers, and that nobody keeps it busy.

use std::net::TcpStream;

use specd_e2e::{Client, Server, Storage};

use crate::{measured, resource};

#[test]
fn it_answers_metrics_and_nothing_else() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let client = Client::new(&format!("http://{}", server.metrics_address()?));
    let whole = client.get("/metrics")?;
    assert_eq!(whole.status, 200);
    let content_type = whole.header("content-type");
    assert_eq!(
        content_type,
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    assert!(whole.text().ends_with('\n'));
    let head = client.send("HEAD", "/metrics", &[], None)?;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(client.get("/")?.status, 404);
    assert_eq!(client.get("/api/v1/resource")?.status, 404);
    let posted = client.post("/metrics", "{}")?;
    assert_eq!(
        (posted.status, posted.header("allow")),
        (405, Some("GET, HEAD"))
    );
    assert_eq!(server.anonymous().get("/metrics")?.status, 404);
    Ok(())
}

#[test]
fn who_connects_and_says_nothing_keeps_nobody_out() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let address = server.metrics_address()?;
    let silent: Vec<_> = (0..8)
        .map(|_| TcpStream::connect(address))
        .collect::<Result<_, _>>()?;
    server.scrape()?;
    drop(silent);
    Ok(())
}

#[test]
fn without_an_address_nothing_listens() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = Server::start(&documents, &storage)?;
    assert!(server.metrics_address().is_err());
    assert_eq!(server.anonymous().get("/metrics")?.status, 404);
    Ok(())
}

#[test]
fn an_address_that_is_taken_stops_the_start() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let taken = server.metrics_address()?.to_string();
    let other = Storage::sqlite()?;
    let refused = Server::start_with(&documents, &other, &["--metrics-listen", &taken]);
    let told = format!("{:#}", refused.map(|_| ()).unwrap_err());
    assert!(told.contains("`--metrics-listen`"), "{told}");
    Ok(())
}
