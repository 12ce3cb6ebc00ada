//! Cursors across servers: what one has sealed another opens, on the same database alone, before and after a restart.

use specd_e2e::{Answer, Client, Documents, Server, Storage};

const STATIONS: &str = include_str!("../documents/0001-stations.md");
const PATH: &str = "/api/v1/stations";

fn fill(client: &Client) -> anyhow::Result<()> {
    for at in 1..=3 {
        let station = format!(
            r#"{{"code":"LON-{at}","kind":"land","email":"keeper@example.org","homepage":"https://example.org/london",
                "height":12.5,"country":"GB","town":"London {at}","opened":"1890-05-01","closed":"1990-05-01"}}"#
        );
        let answer = client.post(PATH, &station)?;
        anyhow::ensure!(answer.status / 100 == 2, "{answer:?}");
    }
    Ok(())
}

fn codes(answer: &Answer) -> Vec<String> {
    let items = answer.member("items");
    let items = items.as_array().into_iter().flatten();
    items
        .filter_map(|item| Some(item.get("code")?.as_str()?.to_owned()))
        .collect()
}

#[test]
fn a_cursor_is_good_on_every_server_of_its_database_and_on_no_other() -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-stations.md", STATIONS)])?;
    for storage in Storage::each()? {
        let one = Server::start(&documents, &storage)?;
        let client = one.anonymous();
        fill(&client)?;
        let first = client.get(&format!("{PATH}?sort=code&limit=1"))?;
        assert_eq!(codes(&first), ["LON-1"], "{first:?}");
        let next = first.member("next");
        let rest = format!(
            "{PATH}?sort=code&cursor={}",
            next.as_str().unwrap_or_default()
        );
        let other = Server::start(&documents, &storage)?;
        let answer = other.anonymous().get(&rest)?;
        assert_eq!(codes(&answer), ["LON-2", "LON-3"], "{answer:?}");
        one.stop()?;
        let again = Server::start(&documents, &storage)?;
        let answer = again.anonymous().get(&rest)?;
        assert_eq!(codes(&answer), ["LON-2", "LON-3"], "{answer:?}");

        let elsewhere = Storage::sqlite()?;
        let stranger = Server::start(&documents, &elsewhere)?;
        let client = stranger.anonymous();
        fill(&client)?;
        let answer = client.get(&rest)?;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text().contains("\"cursor\""), "{answer:?}");
    }
    Ok(())
}
