title = Une session dans un cours
description = Une commande met en place toute une session de formation : les comptes des apprenants et des tuteurs, un groupe propre à la commande dans le cours, les inscriptions pour la période voulue et le rattachement des comptes au client.

parameter-coursename = Cours
    .help = Le nom abrégé du cours où se déroule la session.
parameter-learner = Rôle des apprenants
    .help = Le nom abrégé du rôle que les apprenants ont dans le cours.
parameter-tutor = Rôle des tuteurs
    .help = Le nom abrégé du rôle que les personnes aux places de tuteurs ont dans le cours.
parameter-supervisor = Rôle du client
    .help = Le nom abrégé du rôle que le client a dans le cours, et sur les comptes qui lui sont rattachés. À défaut, celui des tuteurs.
parameter-starttime = Début
    .help = Une date (2027-01-11 : à minuit UTC, quand elle commence), une date et une heure avec décalage horaire (2027-01-11T09:00:00+01:00) ou des secondes Unix. À défaut, l’accès commence à l’achat ; dans tous les cas, jamais avant le cours lui-même.
parameter-endtime = Fin
    .help = Le dernier jour (2027-01-31 : l’accès se termine avec lui, à minuit UTC), une date et une heure ou des secondes Unix, comme pour le début ; ou un nombre de jours (+30D) ou d’heures (+12H) après le début.
parameter-duration = Durée en jours
    .help = Un nombre entier de jours à compter du début. Sans durée ni fin, l’accès n’a pas de terme.
parameter-customersupport = Cours d’assistance aux clients
    .help = Le nom abrégé d’un cours où le client est inscrit en plus, avec le rôle des apprenants.
parameter-autoenrolsupervisor = Inscrire le client
    .help = Indique si le client est inscrit lui aussi dans le cours, avec son rôle.
parameter-delegation = Comptes rattachés au client
    .help = Les comptes à rattacher au client, qui en reçoit l’administration. Pour ceux qui existaient déjà, la boutique peut d’abord demander l’accord de leurs titulaires.
    .all = Tous les comptes de la session
    .created = Seulement les comptes créés par la commande
    .none = Aucun

course-missing = Aucun cours n’est indiqué. Donnez le nom abrégé du cours.
course-unknown = Aucun cours n’a pour nom abrégé « { $course } ».
course-closed = Personne ne peut être inscrit dans le cours « { $course } » : activez-y l’inscription manuelle.
role-unknown = Aucun rôle que l’on puisse attribuer n’a pour nom abrégé « { $role } ».
role-not-in-course = Le rôle « { $role } » ne peut pas être attribué dans les cours. Choisissez-en un autre, ou demandez à un administrateur de l’autoriser dans le contexte « Cours ».
role-not-in-account = Le rôle « { $role } » ne peut pas être attribué sur les comptes d’utilisateurs, ce qu’exige leur rattachement au client. Demandez à un administrateur de l’autoriser dans le contexte « Utilisateur », ou réglez la délégation sur « none ».
start-unreadable = « { $value } » n’est pas un moment valable. Il faut une date (2027-01-11), une date et une heure avec décalage horaire (2027-01-11T09:00:00+01:00) ou des secondes Unix.
end-unreadable = « { $value } » n’est pas une fin valable. Il faut une date (2027-01-11), une date et une heure avec décalage horaire (2027-01-11T09:00:00+01:00), des secondes Unix ou un délai après le début (+30D, +12H).
duration-unreadable = « { $value } » n’est pas une durée valable. Il faut un nombre entier de jours, de 1 à 36500.
flag-unreadable = « { $value } » n’est ni 1 (oui) ni 0 (non).
delegation-unreadable = « { $value } » ne figure pas parmi les choix possibles : all, created, none.
end-before-start = La fin ({ $end }) doit être postérieure au début ({ $start }). L’accès ne commence jamais avant le cours lui-même.
end-past = La fin ({ $end }) est déjà passée : elle doit être postérieure au { $now }.
duration-ignored = Une fin et une durée sont toutes deux indiquées : la fin l’emporte, la durée est ignorée.
support-is-course = La session se déroule dans le cours d’assistance « { $course } » lui-même : personne n’y est inscrit en plus au titre de l’assistance.
groups-not-separate = Le cours « { $course } » ne sépare pas les groupes : les sessions de clients différents se voient. Réglez son mode de groupe sur « Groupes séparés ».
supervisor-defaulted = Aucun rôle n’est indiqué pour le client, qui reçoit celui des tuteurs : « { $role } ».

operator-missing = La commande n’indique pas qui l’a passée.
order-rejected = Cette commande ne peut pas être mise en place en l’état. Veuillez contacter la boutique.

product-ready = Le produit peut être vendu. Cours : « { $course } » ; rôle des apprenants : « { $learner } » ; rôle des tuteurs : « { $tutor } » ; rôle du client : « { $supervisor } » ; { $delegation ->
        [all] tous les comptes sont à rattacher au client.
        [created] les comptes créés par une commande sont à rattacher au client.
       *[none] aucun compte n’est rattaché au client.
    }
session-planned = La session sera mise en place dès le paiement de la commande.
seats-planned = Dès le paiement de la commande, votre session dans le cours « { $course } » sera mise en place : { $learners ->
        [one] { $learners } apprenant
       *[other] { $learners } apprenants
    }, { $tutors ->
        [one] { $tutors } tuteur
       *[other] { $tutors } tuteurs
    }.
setup-planned = Dès le paiement de la commande : un groupe à elle dans le cours « { $course } ».
# Dit d’un aperçu aussi : rien ici ne dit donc que c’est fait.
session-ready = Tout est en ordre pour la session.
seats-ready = Votre session dans le cours « { $course } » : { $learners ->
        [one] { $learners } apprenant
       *[other] { $learners } apprenants
    }, { $tutors ->
        [one] { $tutors } tuteur
       *[other] { $tutors } tuteurs
    }.
setup-ready = La commande a un groupe à elle dans le cours « { $course } ».
seats-vacant = { $vacant ->
        [one] { $vacant } place est encore libre ; vous pourrez l’attribuer plus tard.
       *[other] { $vacant } places sont encore libres ; vous pourrez les attribuer plus tard.
    }
period-limited = Accès du { $start } au { $end }.
period-days = Accès du { $start } jusqu’au { $last } inclus, UTC.
period-open = Accès à partir du { $start }, sans terme.
support-course = L’assistance vous est ouverte dans le cours « { $course } », à partir du { $start }.
accounts = Comptes : { $found ->
        [one] { $found } existant
       *[other] { $found } existants
    }, { $created ->
        [one] { $created } créé
       *[other] { $created } créés
    }. À rattacher au client : { $delegation ->
        [all] tous les comptes
        [created] seulement les comptes créés
       *[none] aucun
    }.
