"""What the invented learners write where a case asks for their own words."""

REFLECTIONS = (
    "I thought of a man I have looked after for three years. He would ask because he is lonely, and because I am "
    "kind to him for twelve minutes every second month. I would tell him that I keep my own pages for family, and "
    "then I would do what I can do: see that he has the number of the clinic, and ask him next time who he talks "
    "to in the evening. Until this case I had left such requests unanswered and thought that was tact. I see now "
    "that it looked like a closed door with nobody behind it.",
    "What I found hard is that the tempting answer was also the friendly one. I have told a story from work at "
    "dinner, with the age changed, and my sister knew at once whom I meant, because she reads the local paper. I "
    "would still want to talk about what the day does to us. Next time I will do so with a colleague behind a "
    "closed door, and ask first what in the story is mine and what belongs to the patient.",
    "Honestly, I chose fast, and I chose what I would have done. Reading the reasons I noticed that I think of "
    "rules as something for people with bad intentions. The people here had none. This week I want to look "
    "through my own old posts, and to ask our office what we should do when a company sends us something that we "
    "did not ask for.",
    "My program never talked about this. I once posted a picture of an empty hallway after a bad night, and "
    "somebody wrote the name of the ward below it. I took it down after an hour. I was not careless, I was tired. "
    "What would have helped is a person to write to at that hour, so I have put two numbers into my phone.",
    "I am not sure that I agree with the strict line. In the town I come from everybody is somebody’s patient, "
    "and a doctor who belongs to nothing is not trusted. But I can see what the line protects, and that it is "
    "easier to hold when it is the same for everybody. I would explain it in person, and not by a button.",
    "A review of me is still up that is half true. I wrote four answers to it in my head while I played this, and each "
    "of them would have told the street that she had been my patient. The half that is true is that nobody called "
    "her back for nine days. I cannot say that in public, but I can call, and I can find out why it was nine days.",
    "I looked at my own page as a stranger would. There is nothing terrible on it. There is a joke about a night "
    "shift that I would not make in front of the person it is about, and a photograph that a friend put up and that "
    "I never saw. I have asked her to take my name off it. I am less worried about the joke than I was, and I have "
    "taken it down all the same, because I could not say whom it was for.",
    "The hardest sentence was the first one to a colleague. I practised it aloud: have you a minute, it is about your "
    "post, and I would want to be told. What I had been going to do was to tell somebody else over coffee, which "
    "helps nobody and is also a kind of posting. I do not know what I would do if it were my program director, and I "
    "have found out whom I would ask.",
    "I had passed the thing on because a friend I trust had passed it on. It took four minutes to find the paper, and "
    "it did not say that. So I wrote under my own post that I had been wrong, and left it there. Two people thanked "
    "me and one was angry. I still think that some corrections spread the error, and would like to know when.",
    "My brother asks me about his knee at every dinner, and I answer, and that is advice to a stranger with a "
    "potato in his hand. Online I had thought that a line at the top of my page would take care of it. It does "
    "not, and the person who writes at midnight has not read it. I have written a short answer that says whom to "
    "call, and put it where I can find it at midnight.",
    "What do I want it for? I could not say it in a sentence, and that was the lesson. I do not want followers. I "
    "want the parents of our clinic to know which fever can wait until morning. So it will be one page, by our nurse "
    "and me, on Thursdays, and I have asked the office whether we may. If they say no I shall be a little relieved.",
)
